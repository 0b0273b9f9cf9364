import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import t from 'tap'
import { startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { STAGES } from './support/stages.ts'
import { claim, visit } from './support/visit.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe holds against the page: rule, and what breaks it. */
async function violationsOf(page: Page, axe: string): Promise<string[]> {
  // In the browser's own world: the policy of the page lets nothing in that is written into it.
  await page.evaluate(axe)
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(WCAG)} })`
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`)
  )
}

t.test('axe finds nothing on any view, in light and in dark', async (t) => {
  const axe = await readFile(AXE, 'utf8')
  const browser = await startBrowser(t)
  const [claimed, unclaimed] = [await stageHub(t), await stageHub(t)]
  await claim(claimed)
  for (const stage of STAGES) {
    const hub = stage.unclaimed === true ? unclaimed : claimed
    const page = await visit(t, { browser, hub, stage, options: { colorScheme: 'light' } })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      t.same(await violationsOf(page, axe), [], `${stage.name}, ${colorScheme}`)
    }
    await page.context().close()
  }
})

t.test('nothing is wider than an old phone, and nothing than 320 px when the text is large', async (t) => {
  const browser = await startBrowser(t)
  const [claimed, unclaimed] = [await stageHub(t), await stageHub(t)]
  await claim(claimed)
  for (const stage of STAGES) {
    const hub = stage.unclaimed === true ? unclaimed : claimed
    const viewport = { width: 320, height: 640 }
    const page = await visit(t, { browser, hub, stage, options: { viewport, locale: 'fr' } })
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(width <= viewport.width, `${stage.name} is ${width} px wide`)
    await page.context().close()
  }
})
