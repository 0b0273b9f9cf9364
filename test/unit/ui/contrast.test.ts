import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const TOKENS = readFileSync(fileURLToPath(new URL('../../../ui/design/tokens.css', import.meta.url)), 'utf8')
const [LIGHT = '', DARK = ''] = TOKENS.split('@media')

/** What tells a state: read in the sun, by people who have left their glasses at home. */
const STATES = ['good', 'busy', 'attention', 'bad', 'calm']
const LEAST = 7

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

t.test(
  'states are told with a contrast of 7:1 on every surface that they stand on, in light and in dark',
  async (t) => {
    for (const [scheme, css] of Object.entries({ light: LIGHT, dark: DARK })) {
      const color = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1] ?? ''
      for (const state of STATES) {
        for (const surface of ['surface', 'surface-2', `${state}-surface`]) {
          const ratio = contrast(color(state), color(surface))
          t.ok(ratio >= LEAST, `${state} on ${surface}, ${scheme}: ${ratio.toFixed(2)}`)
        }
      }
    }
  }
)
