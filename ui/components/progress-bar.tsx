import { formatPercent } from '../i18n/format.ts'

/** @param fraction 0 to 1; a full bar is green and has a check, and is never shown for less than all */
export function ProgressBar({ fraction, label }: { fraction: number; label: string }) {
  const isComplete = fraction >= 1
  return (
    <progress
      class={isComplete ? 'complete' : ''}
      max={1}
      value={isComplete ? 1 : Math.min(fraction, 0.99)}
      aria-label={label}
      aria-valuetext={formatPercent(fraction)}
    />
  )
}
