import type { Flow } from '../web/status-schemas.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in the largest unit that leaves a number from 1, with one decimal from kB on: `29.0 GB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const amount = bytes / 1000 ** power
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`
}

/** One direction of an exchange: what has crossed of what there is, in documents if the hub can count them. */
export function formatFlow({ done, wanted }: Flow): string {
  if (done.documents !== null && wanted.documents !== null) {
    return `${done.documents}/${done.documents + wanted.documents} documents`
  }
  return `${done.blocks}/${done.blocks + wanted.blocks} blocks`
}
