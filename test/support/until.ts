/** Resolves when `isSo`. What is awaited here tells nobody when it happens; the limit of the test ends a wait in vain. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}
