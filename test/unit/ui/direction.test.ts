import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postcss, { type Declaration, type Rule } from 'postcss'
import t from 'tap'

const UI = fileURLToPath(new URL('../../../ui', import.meta.url))

/** A side of the screen where a side of the text is meant: a language from right to left would not turn it round. */
const SIDE = /(^|-)(left|right)(-|$)/
const SIDE_VALUE = /(^|\s)(left|right)(\s|$)/
/** By what they lay out: `transform-origin: left` is there, too. */
const VALUED = /^(text-align|float|clear|justify-(content|items|self)|background-position|transform-origin)$/

/** Maps are laid out by the places of the world, which do not turn round. */
const BY_THE_WORLD = /^office\/observations\/map\//

t.test(
  'sides are named by the text, so that a language from right to left turns the page round',
  async (t) => {
    const names = (await readdir(UI, { recursive: true })).filter(
      (name) => name.endsWith('.css') && !name.includes('node_modules') && !BY_THE_WORLD.test(name)
    )
    t.ok(names.length > 5)
    for (const name of names) {
      const sheet = postcss.parse(await readFile(join(UI, name), 'utf8'))
      const turned = new Set<string>()
      const found: { selector: string; prop: string; line: number }[] = []
      sheet.walkDecls((declaration) => {
        const selector = selectorOf(declaration)
        if (!namesASide(declaration)) return
        // What is said again for right to left has been thought of.
        const [, plain] = /^\[dir='rtl'\] (.+)$/.exec(selector) ?? []
        if (plain === undefined) {
          found.push({ selector, prop: declaration.prop, line: declaration.source?.start?.line ?? 0 })
        } else turned.add(`${plain} ${declaration.prop}`)
      })
      t.same(
        found.filter(({ selector, prop }) => !turned.has(`${selector} ${prop}`)),
        [],
        name
      )
    }
  }
)

function namesASide({ prop, value }: Declaration): boolean {
  return SIDE.test(prop) || (VALUED.test(prop) && SIDE_VALUE.test(value))
}

function selectorOf({ parent }: Declaration): string {
  return (parent as Rule | undefined)?.selector ?? ''
}
