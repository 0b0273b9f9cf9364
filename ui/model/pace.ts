import type { Progress } from '../../service/web/status-schemas.ts'

/** Long enough to smooth the bursts of a Wi-Fi, short enough to follow a phone that walks away. */
const WINDOW_MS = 10_000

/** Below this nothing can be said. */
const SPAN_MIN_MS = 2_000

interface Sample {
  atMs: number
  blocks: number
  bytes: number
}

/** How fast one device exchanges, from what it was told to have done in the last moments. */
export class Pace {
  #samples: Sample[] = []

  /** @param atMs of a clock that does not jump */
  note(progress: Progress | null, atMs: number): void {
    const sample = { atMs, ...doneOf(progress) }
    const last = this.#samples[this.#samples.length - 1]
    // A new session counts from nothing.
    if (last !== undefined && sample.blocks < last.blocks) this.#samples = []
    this.#samples.push(sample)
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= WINDOW_MS)
      this.#samples.shift()
  }

  /** Bytes in a second; null while it cannot be told. */
  bytesPerSecond(nowMs: number): number | null {
    return this.#rate(nowMs, ({ bytes }) => bytes)
  }

  /** Until nothing is wanted any more at this pace; null while it cannot be told. */
  secondsLeft(progress: Progress | null, nowMs: number): number | null {
    if (progress === null) return null
    const { toHub, fromHub } = progress
    const bytes = sumOrNull(toHub.wanted.bytes, fromHub.wanted.bytes)
    const bytesPerSecond = this.bytesPerSecond(nowMs)
    if (bytes !== null && bytesPerSecond !== null && bytesPerSecond > 0) return bytes / bytesPerSecond
    const blocksPerSecond = this.#rate(nowMs, ({ blocks }) => blocks)
    if (blocksPerSecond === null || blocksPerSecond <= 0) return null
    return (toHub.wanted.blocks + fromHub.wanted.blocks) / blocksPerSecond
  }

  #rate(nowMs: number, of: (sample: Sample) => number): number | null {
    const [first] = this.#samples
    const last = this.#samples[this.#samples.length - 1]
    if (first === undefined || last === undefined || nowMs - first.atMs < SPAN_MIN_MS) return null
    return ((of(last) - of(first)) / (nowMs - first.atMs)) * 1000
  }
}

/** @returns 0 to 1 over both directions; less than 1 as long as anything is wanted */
export function fractionOf({ toHub, fromHub }: Progress): number {
  const done = toHub.done.blocks + fromHub.done.blocks
  const wanted = toHub.wanted.blocks + fromHub.wanted.blocks
  return wanted === 0 ? 1 : done / (done + wanted)
}

function doneOf(progress: Progress | null): { blocks: number; bytes: number } {
  if (progress === null) return { blocks: 0, bytes: 0 }
  const { toHub, fromHub } = progress
  return {
    blocks: toHub.done.blocks + fromHub.done.blocks,
    bytes: (toHub.done.bytes ?? 0) + (fromHub.done.bytes ?? 0)
  }
}

function sumOrNull(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other
}
