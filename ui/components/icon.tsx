import type { SVGAttributes } from 'preact'
import { ICONS, type IconName } from './icons.tsx'

/** A drawing beside a word that says the same; with `label` it stands alone and is read aloud. */
export function Icon({ name, label, size = 24 }: { name: IconName; label?: string; size?: number }) {
  const spoken: SVGAttributes<SVGSVGElement> =
    label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label }
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      focusable="false"
      {...spoken}
    >
      {ICONS[name]}
    </svg>
  )
}

export type { IconName }
