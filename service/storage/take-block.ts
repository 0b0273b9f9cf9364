import type Hypercore from 'hypercore'

/** Has a core know how long another copy of it is. */
export async function takeLength(source: Hypercore, core: Hypercore): Promise<void> {
  if (source.length <= core.length) return
  const upgrade = { start: core.length, length: source.length - core.length }
  await core.applyProof(await source.proof({ upgrade }))
}

/**
 * Takes a block of another copy of a core, proved by its owner's signature as if a device brought it.
 * @returns how many bytes it has; null when it could not be read or proved, and when it is here already
 */
export async function takeBlock(source: Hypercore, core: Hypercore, index: number): Promise<number | null> {
  if (core.core.bitfield.get(index)) return null
  try {
    const nodes = await core.missingNodes(index)
    const proof = await source.proof({ block: { index, nodes } })
    if (proof.block?.value == null || !(await core.applyProof(proof))) return null
    return proof.block.value.byteLength
  } catch {
    return null
  }
}
