import t from 'tap'
import { violationsOf } from './support/axe.ts'
import { startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { STAGES } from './support/stages.ts'
import { claim, visit } from './support/visit.ts'

t.test('axe finds nothing on any view, in light and in dark', async (t) => {
  const browser = await startBrowser(t)
  const [claimed, unclaimed] = [await stageHub(t), await stageHub(t)]
  await claim(claimed)
  for (const stage of STAGES) {
    const hub = stage.unclaimed === true ? unclaimed : claimed
    const page = await visit(t, { browser, hub, stage, options: { colorScheme: 'light' } })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      t.same(await violationsOf(page), [], `${stage.name}, ${colorScheme}`)
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
