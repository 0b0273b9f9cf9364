const MS_PER_SECOND = 1000
const SECONDS_PER_MINUTE = 60

/** @returns what is left as a clock counts it down: `1:05`; `0:00` when it is over */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / MS_PER_SECOND))
  const rest = seconds % SECONDS_PER_MINUTE
  return `${Math.floor(seconds / SECONDS_PER_MINUTE)}:${rest < 10 ? '0' : ''}${rest}`
}
