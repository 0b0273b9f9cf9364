import { spoken, t } from './messages.ts'

// Only what Chrome 74 knows of Intl: no dateStyle, no units, no display names.

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(spoken.value.tag).format(value)
}

/** @param fraction 0 to 1. Never says 100 % of what is not complete. */
export function formatPercent(fraction: number): string {
  const whole = fraction >= 1 ? 1 : Math.floor(fraction * 100) / 100
  return new Intl.NumberFormat(spoken.value.tag, { style: 'percent' }).format(whole)
}

const THOUSAND = 1000

export function formatBytes(bytes: number): string {
  const { tag } = spoken.value
  const written = (amount: number) =>
    new Intl.NumberFormat(tag, { maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount)
  if (bytes < THOUSAND ** 2) return t('common.kilobytes', { amount: written(bytes / THOUSAND) })
  if (bytes < THOUSAND ** 3) return t('common.megabytes', { amount: written(bytes / THOUSAND ** 2) })
  return t('common.gigabytes', { amount: written(bytes / THOUSAND ** 3) })
}

/** Day and time of day. @param instant ISO 8601 */
export function formatDateTime(instant: string): string {
  return format(instant, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit'
  })
}

export function formatDate(instant: string): string {
  return format(instant, { day: 'numeric', month: 'long', year: 'numeric' })
}

export function formatTime(instant: string): string {
  return format(instant, { hour: 'numeric', minute: '2-digit' })
}

function format(instant: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(spoken.value.tag, options).format(new Date(instant))
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
] as const

/** "5 minutes ago", by the clock that wrote both. */
export function formatAgo(instant: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(instant)) / 1000)
  const relative = new Intl.RelativeTimeFormat(spoken.value.tag, { numeric: 'auto' })
  for (const [unit, size] of STEPS)
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit)
  return relative.format(0, 'second')
}
