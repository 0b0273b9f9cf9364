import t from 'tap'
import { PHONE, openPage, startBrowser } from './support/browser.ts'
import { overTheSides, speakRightToLeft } from './support/right-to-left.ts'
import { stageHub } from './support/staged-hub.ts'
import { STAGES } from './support/stages.ts'
import { claim, drawn, logIn } from './support/visit.ts'

/** The board, and what a coordinator has open most. */
const NAMES = [
  'board',
  'board-trouble',
  'join-office',
  'office',
  'settings',
  'project-table',
  'observations',
  'shelf-files',
  'system'
]

t.test('a language from right to left turns every view round, and nothing reaches over a side', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  await claim(hub)
  const page = await openPage(t, browser, 'about:blank')
  await speakRightToLeft(page.context())
  await logIn(page, hub.url)
  for (const name of NAMES) {
    const stage = STAGES.find((one) => one.name === name)
    if (stage === undefined) throw new Error(`there is no stage ${name}`)
    stage.set?.(hub.hub)
    await page.goto(`${hub.url}/#${stage.path}`)
    await page.reload()
    await drawn(page)
    await stage.act?.(page)
    t.equal(await page.locator('html').getAttribute('dir'), 'rtl', name)
    t.match(
      await page.locator('nav').first().textContent(),
      /[\u0600-\u06ff]/,
      `${name} is written from right to left`
    )
    const box = await page.locator('h1').boundingBox()
    t.ok((box?.x ?? 0) + (box?.width ?? 0) > PHONE.width / 2, `the heading of ${name} begins on the right`)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(width <= PHONE.width, `${name} is ${width} px wide`)
    t.same(await overTheSides(page), [], name)
  }
})
