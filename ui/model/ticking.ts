import { signal } from '@preact/signals'

const TICK_MS = 1000

/** This browser's clock, to the second: views that say "5 minutes ago" or "2 minutes left" read it. */
export const nowMs = signal(Date.now())

window.setInterval(() => {
  if (!document.hidden) nowMs.value = Date.now()
}, TICK_MS)
