/**
 * A part of a project that no app sees, behind the symbol of this description that @comapeo/core keeps for its own tests.
 */
export function internalOf(project, description) {
  const symbol = Object.getOwnPropertySymbols(Object.getPrototypeOf(project)).find(
    (symbol) => symbol.description === description
  )
  return project[symbol]
}
