// Makes a picture of every view: two languages, phone and desktop width, light and dark. `npm run screenshots [DIRECTORY [NAME…]]`
// puts them into DIRECTORY (screenshots/ when it is left out), all of them or those of the named views.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openCollectedHub } from '../test/browser/collected-hub.ts'
import { DESKTOP, openPage, PHONE, startBrowser } from '../test/browser/support/browser.ts'
import { stageHub } from '../test/browser/support/staged-hub.ts'
import { aBusyMorning, STAGES } from '../test/browser/support/stages.ts'
import { claim, drawn, visit } from '../test/browser/support/visit.ts'
import { Owner } from './bench/owner.ts'

const [directory = 'screenshots', ...names] = process.argv.slice(2)
const WIDTHS = { phone: PHONE, desktop: DESKTOP }
const LANGUAGES = ['en-US', 'es-419']
const SCHEMES = ['light', 'dark'] as const
const COLLECTED = { observations: 400, photos: 60 }
/** The page listens to the hub without end, so that the network is never quite idle. */
const IDLE_MS = 1_500

interface Shot {
  name: string
  open: (owner: Owner, options: BrowserContextOptions) => Promise<Page>
}

await mkdir(directory, { recursive: true })
await Owner.with(async (owner) => {
  const browser = await startBrowser(owner)
  const shots = [...stagedShots(browser), ...(await collectedShots(owner, browser))]
  for (const { name, open } of shots.filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const locale of LANGUAGES) {
      for (const [width, viewport] of Object.entries(WIDTHS)) {
        for (const colorScheme of SCHEMES) {
          const path = join(directory, `${name}-${locale.slice(0, 2)}-${width}-${colorScheme}.png`)
          await Owner.with(async (owner) => {
            const page = await open(owner, { locale, viewport, colorScheme })
            await page.screenshot({ path, fullPage: true })
            await page.context().close()
          })
          process.stdout.write(`${path}\n`)
        }
      }
    }
  }
})

/** Every state of every view, over a hub in memory: a new one for each, because wrong passphrases slow down the next login. */
function stagedShots(browser: Browser): Shot[] {
  return STAGES.map((stage) => ({
    name: stage.name,
    open: async (owner, options) => {
      const hub = await stageHub(owner)
      if (stage.unclaimed !== true) await claim(hub)
      return visit(owner, { browser, hub, stage, options })
    }
  }))
}

/** What people collected, from a real mirror. */
async function collectedShots(owner: Owner, browser: Browser): Promise<Shot[]> {
  // Of a test it takes what an owner has.
  const hub = await openCollectedHub(owner, COLLECTED)
  const observations = `/office/projects/${hub.projectId}/observations`
  const views = [
    { name: 'collected-map', path: observations, awaits: '.map canvas.points-layer' },
    { name: 'collected-list', path: `${observations}?look=list`, awaits: '.observation-row' },
    { name: 'collected-photos', path: `${observations}?look=photos`, awaits: '.photo-cell img' },
    { name: 'collected-observation', path: `${observations}/${hub.collected.edited}`, awaits: '.photo img' },
    {
      name: 'collected-track',
      path: `/office/projects/${hub.projectId}/tracks/${hub.collected.track}`,
      awaits: '.map canvas'
    },
    { name: 'collected-tracks', path: `/office/projects/${hub.projectId}/tracks`, awaits: 'main li' },
    { name: 'collected-deletions', path: `/office/projects/${hub.projectId}/deletions`, awaits: 'main li' },
    { name: 'collected-matrix', path: `/office/projects/${hub.projectId}`, awaits: '.delivery-line' },
    { name: 'collected-export', path: `/office/projects/${hub.projectId}/export`, awaits: '.export-format' }
  ]
  return views.map(({ name, path, awaits }) => ({
    name,
    open: async (owner, options) => {
      // Anew each time: the clock of the morning goes on.
      aBusyMorning(hub.hub)
      const page = await openPage(owner, browser, hub.url, options)
      const [cookie = '', value = ''] = hub.cookie.split('=')
      await page.context().addCookies([{ name: cookie, value, url: hub.url }])
      await page.goto(`${hub.url}/#${path}`)
      await page.reload()
      await drawn(page)
      await page.locator(awaits).first().waitFor()
      // Pictures and the tiles of the map come after the view.
      await page.waitForLoadState('networkidle', { timeout: IDLE_MS }).catch(() => {})
      return page
    }
  }))
}
