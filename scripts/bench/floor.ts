import { copyBare, type BareCopy } from './bare-copy.ts'
import { crossThroughHub, FILE_BLOCK_BYTES, photoBlocksOf, type Cargo, type Crossing } from './crossing.ts'
import { median } from './median.ts'
import type { BenchResult } from './result.ts'

const DOCUMENTS: Cargo = { observations: 5_000, photosEach: 0, photoBytes: 0 }
const PHOTOS: Cargo = { observations: 200, photosEach: 1, photoBytes: 1_500_000 }
/** What an observation without photos takes in its core. */
const DOCUMENT_BYTES = 200
const RUNS = 3

/** What a block costs on its way through the hub, against the same block copied by the library alone. */
export async function run(): Promise<BenchResult> {
  return {
    name: 'floor',
    rows: [
      await row('documents', DOCUMENTS, DOCUMENTS.observations, DOCUMENT_BYTES),
      await row('photos', PHOTOS, photoBlocksOf(PHOTOS), FILE_BLOCK_BYTES)
    ],
    notes: [
      'phone, hub, phone: the hub takes each block in once and gives it out once',
      'bare: one hypercore copied from process to process over a loopback socket with Noise, both ends counted, no checks, no mirror',
      `documents are blocks of ${DOCUMENT_BYTES} bytes, photos of ${FILE_BLOCK_BYTES}; the bare copy has as many of the same size`,
      `medians of ${RUNS} runs that took turns`
    ]
  }
}

async function row(
  what: string,
  cargo: Cargo,
  blocks: number,
  blockBytes: number
): Promise<Record<string, string | number>> {
  const crossings: Crossing[] = []
  const copies: BareCopy[] = []
  for (let n = 0; n < RUNS; n++) {
    crossings.push(await crossThroughHub(cargo))
    copies.push(await copyBare({ blocks, blockBytes }))
  }
  const perBlock = (cpuSeconds: readonly number[]) => (median(cpuSeconds) * 1e6) / blocks
  const hub = perBlock(crossings.map(({ hubCpuSeconds }) => hubCpuSeconds ?? 0))
  const bare = perBlock(copies.map(({ cpuSeconds }) => cpuSeconds))
  return {
    what,
    blocks,
    'hub CPU µs/block': Math.round(hub),
    'bare CPU µs/block': Math.round(bare),
    'times the floor': (hub / bare).toFixed(2)
  }
}
