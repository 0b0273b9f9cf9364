import type { ComponentChildren } from 'preact'

// Drawn for this page: a phone in a hand's size, and on its screen what to look for. Words stand beside them.

const SCREENS = {
  wifi: (
    <>
      <path class="draw" d="M20 50c11-10 29-10 40 0M26 58c8-7 20-7 28 0M32 66c5-4 11-4 16 0" />
      <circle class="fill" cx="40" cy="73" r="3" />
      <path class="good" d="m28 92 8 8 16-18" />
    </>
  ),
  app: (
    <>
      <Bolt x={40} y={58} r={17} />
      <path class="draw" d="M24 92h32M30 100h20" />
    </>
  ),
  start: (
    <>
      <Bolt x={40} y={44} r={13} />
      <rect class="button" x="18" y="74" width="44" height="22" rx="6" />
      <path class="on-button" d="M35 79v12l10-6z" />
      <path class="draw" d="M52 104v-8a4 4 0 0 1 8 0v8" />
    </>
  ),
  invite: (
    <>
      <circle class="draw" cx="32" cy="46" r="8" />
      <path class="draw" d="M18 70c0-9 6-14 14-14s14 5 14 14M56 50v16M48 58h16" />
      <rect class="button" x="18" y="82" width="44" height="18" rx="6" />
    </>
  ),
  answer: (
    <>
      <rect class="draw" x="18" y="36" width="44" height="30" rx="4" />
      <path class="draw" d="m19 40 21 15 21-15" />
      <path class="good" d="m28 88 8 8 16-18" />
    </>
  ),
  project: (
    <>
      <path class="draw" d="M16 38v26h48V42H44l-5-6H16z" />
      <path class="draw" d="M26 84h28M47 77l7 7-7 7" />
    </>
  ),
  open: (
    <>
      <Bolt x={40} y={56} r={17} />
      <path class="draw" d="M18 88h44" />
      <path class="good" d="M18 88h28" />
    </>
  )
} as const

export type PictureName = keyof typeof SCREENS

/** @param number of the step, written on the corner */
export function Picture({ name, number }: { name: PictureName; number: number }) {
  return (
    <svg class="picture" viewBox="0 0 80 128" width="80" height="128" aria-hidden="true" focusable="false">
      <rect class="phone" x="6" y="6" width="68" height="116" rx="10" />
      <path class="draw" d="M32 14h16" />
      {SCREENS[name]}
      <circle class="number-disc" cx="14" cy="14" r="13" />
      <text class="number" x="14" y="20" text-anchor="middle">
        {number}
      </text>
    </svg>
  )
}

function Bolt({ x, y, r }: { x: number; y: number; r: number }): ComponentChildren {
  const s = r / 10
  return (
    <g transform={`translate(${x - 12 * s} ${y - 12 * s}) scale(${s})`}>
      <circle class="ring" cx="12" cy="12" r="9.5" />
      <path class="bolt" d="M13.5 4.8 7.4 13.2h4l-.9 6 6.1-8.6h-4z" />
    </g>
  )
}
