import { t } from '../../i18n/messages.ts'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/** In the largest unit of which there is at least one. */
export function uptimeText(seconds: number): string {
  if (seconds >= DAY) return t('system.days', { count: Math.floor(seconds / DAY) })
  if (seconds >= HOUR) return t('system.hours', { count: Math.floor(seconds / HOUR) })
  return t('system.minutes', { count: Math.floor(seconds / MINUTE) })
}
