import { execFile, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import t from 'tap'
import type { Test } from 'tap'
import { COLLECTORS } from './collected.ts'
import { openCollectedHub } from './collected-hub.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { drawn } from './support/visit.ts'

const run = promisify(execFile)
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const OBSERVATIONS = 400
const PHOTOS = 30
const MANY = 100_000
const MANY_PHOTOS = 20_000
const SCROLLS = 40
const PANS = 10
/** Pixels; as in the style sheet. */
const ROW_HEIGHT = 76

type Hub = Awaited<ReturnType<typeof openCollectedHub>>

async function openOffice(
  t: Test,
  {
    browser,
    hub,
    path,
    options = {}
  }: { browser: Browser; hub: Hub; path: string; options?: BrowserContextOptions }
): Promise<Page> {
  const page = await openPage(t, browser, hub.url, options)
  const [name = '', value = ''] = hub.cookie.split('=')
  await page.context().addCookies([{ name, value, url: hub.url }])
  await goTo(page, hub, path)
  return page
}

async function goTo(page: Page, hub: Hub, path: string): Promise<void> {
  await page.goto(`${hub.url}/#${path}`)
  await page.reload()
  await drawn(page)
}

const observationsOf = ({ projectId }: Hub) => `/office/projects/${projectId}/observations`

/** Two more are written than asked for: those that were edited. */
const ALL = OBSERVATIONS + 2

t.test(
  'the same filter holds for map, list and photos, and on the way to an observation and back',
  async (t) => {
    const browser = await startBrowser(t)
    const hub = await openCollectedHub(t, { observations: OBSERVATIONS, photos: PHOTOS })
    const page = await openOffice(t, { browser, hub, path: observationsOf(hub) })
    await page.locator('.map canvas.points-layer').waitFor()
    const status = page.locator('p[role=status]')
    const told = (text: string) => status.filter({ hasText: new RegExp(`^${text}$`) }).waitFor()
    await told(`${ALL} observations`)

    await page.getByRole('button', { name: 'Filter' }).click()
    await page.locator('#filter-device').selectOption({ label: `${COLLECTORS[1]} (${OBSERVATIONS / 5})` })
    await told(`${OBSERVATIONS / 5} of ${ALL} observations`)
    await page.locator('#filter-media').selectOption('photo')
    await told(`${PHOTOS / 5} of ${ALL} observations`)

    await page.getByRole('button', { name: 'List' }).click()
    const rows = page.locator('.observation-row')
    t.equal(await countWhen(rows, PHOTOS / 5), PHOTOS / 5)
    t.match(await rows.first().textContent(), new RegExp(COLLECTORS[1] as string))
    await rows.first().locator('img.observation-thumbnail').waitFor()
    await rows.first().locator('a').click()
    await page.locator('.detail-facts').first().waitFor()
    t.match(await page.locator('main').textContent(), /How many people\?/)
    await page.getByRole('link', { name: 'Back to the observations' }).click()
    await rows.first().waitFor()
    await told(`${PHOTOS / 5} of ${ALL} observations`)

    await page.getByRole('button', { name: 'Photos' }).click()
    await page.locator('.photo-cell img').first().waitFor()
    t.equal(await countWhen(page.locator('.photo-cell'), PHOTOS / 5), PHOTOS / 5)
    await page.getByRole('button', { name: 'Show everything' }).click()
    await told(`${ALL} observations`)
  }
)

t.test(
  'the bar beside an observation has the colour of who collected it, with a filter and without',
  async (t) => {
    const browser = await startBrowser(t)
    const hub = await openCollectedHub(t, { observations: 60, photos: 0 })
    // Tall enough that rows of all collectors are drawn.
    const options = { viewport: { width: 360, height: 6_000 } }
    const page = await openOffice(t, { browser, hub, path: `${observationsOf(hub)}?look=list`, options })
    const all = await barColors(page)
    t.same([...all.keys()].sort(), [...COLLECTORS].sort(), 'all of them are there')
    for (const [name, colors] of all) t.equal(colors.size, 1, `${name} has one colour`)
    t.equal(
      new Set([...all.values()].flatMap((colors) => [...colors])).size,
      COLLECTORS.length,
      'and each another'
    )
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.locator('#filter-device').selectOption({ label: `${COLLECTORS[3]} (12)` })
    await page
      .locator('p[role=status]')
      .filter({ hasText: /^12 of/ })
      .waitFor()
    const filtered = await barColors(page)
    t.same([...filtered.keys()], [COLLECTORS[3]])
    t.same(filtered.get(COLLECTORS[3] ?? ''), all.get(COLLECTORS[3] ?? ''), 'the same as before')
  }
)

t.test('an observation shows what it says, in the words of the project, and what became of it', async (t) => {
  const browser = await startBrowser(t)
  const hub = await openCollectedHub(t, { observations: 20, photos: 5 })
  const path = `${observationsOf(hub)}/${hub.collected.edited}`
  const page = await openOffice(t, { browser, hub, path, options: { locale: 'es-MX' } })
  const text = async () => (await page.locator('main').textContent()) ?? ''
  t.match(await text(), /Campamento/, "the category's name in Spanish")
  t.match(await text(), /¿Cuántas personas\?5/)
  t.match(await text(), /They came back with a dredge/)
  t.equal(await page.locator('audio').count(), 1)
  for (const variant of ['thumbnail', 'preview', 'original']) {
    await page.locator(`.photo img[src*="${variant}"]`).waitFor()
    if (variant !== 'original') await page.locator('.photo button').click()
  }
  const [before, after] = [page.locator('del'), page.locator('ins')]
  t.ok((await before.allTextContents()).includes('3'))
  t.ok((await after.allTextContents()).includes('5'))

  await goTo(page, hub, `${observationsOf(hub)}/${hub.collected.forked}`)
  t.match(await text(), /Dos personas cambiaron esto al mismo tiempo/)
  t.match(await text(), /Otra versión/)

  await goTo(page, hub, `/office/projects/${hub.projectId}/deletions`)
  t.match(await text(), /Do not lose this/)
  t.match(await text(), /Beto/, 'who deleted it')
})

const hasPrograms = ['ogrinfo', 'unzip'].every((name) => spawnSync(name, ['-h']).error === undefined)
const needsPrograms = hasPrograms ? {} : { skip: 'needs ogrinfo (gdal-bin) and unzip' }

t.test('each export is loaded by the browser and read by another program', needsPrograms, async (t) => {
  const browser = await startBrowser(t)
  const usb = join(t.testdir(), 'stick')
  await mkdir(usb)
  const hub = await openCollectedHub(t, { observations: 50, photos: 10, usb })
  const path = `/office/projects/${hub.projectId}/export`
  const page = await openOffice(t, { browser, hub, path })
  t.match(await page.locator('main').textContent(), /52 observations1 track12 photos and recordings/)
  const features = { geojson: 53, csv: 52, kml: 53, gpx: 53 }
  for (const [format, expected] of Object.entries(features)) {
    const file = await download(page, t, format)
    const { stdout } = await run('ogrinfo', ['-al', '-so', file])
    const counts = [...stdout.matchAll(/Feature Count: (\d+)/g)].map(([, count]) => Number(count))
    // A GPX file gives its tracks once more point by point.
    const own = format === 'gpx' ? counts.filter((count) => count !== 400) : counts
    t.equal(
      own.reduce((sum, count) => sum + count, 0),
      expected,
      `${format}: ${stdout}`
    )
  }
  const zip = await download(page, t, 'zip')
  t.match((await run('unzip', ['-t', zip])).stdout, /No errors detected/)
  t.match((await run('unzip', ['-Z1', zip])).stdout, /media\/[0-9a-f]{16}_original/)

  await page.getByRole('button', { name: 'Write to the USB stick' }).click()
  await page.getByText('You may pull it out').waitFor()
  t.match(await readdir(join(usb, 'Waystation')), [/^Napo_.*\.zip$/])
})

/** How many there are, once there are as many as expected. */
async function countWhen(found: Locator, expected: number): Promise<number> {
  await found.nth(expected - 1).waitFor()
  return found.count()
}

async function download(page: Page, t: Test, format: string): Promise<string> {
  await page
    .locator('.export-format', { hasText: new RegExp(`^${format}`, 'i') })
    .first()
    .click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save on this phone or computer' }).click()
  ])
  const path = join(t.testdirName, `export.${format}`)
  await file.saveAs(path)
  await page.getByText(/^Done: /).waitFor()
  return path
}

t.test('axe finds nothing on the views of what people collected, in light and in dark', async (t) => {
  const axe = await readFile(AXE, 'utf8')
  const browser = await startBrowser(t)
  const hub = await openCollectedHub(t, { observations: 40, photos: 10, usb: t.testdir() })
  const base = `/office/projects/${hub.projectId}`
  const paths = [
    `${base}/observations`,
    `${base}/observations?look=list`,
    `${base}/observations?look=photos`,
    `${base}/observations/${hub.collected.edited}`,
    `${base}/observations/${hub.collected.forked}`,
    `${base}/tracks`,
    `${base}/tracks/${hub.collected.track}`,
    `${base}/deletions`,
    `${base}/export`
  ]
  const page = await openOffice(t, { browser, hub, path: base })
  for (const path of paths) {
    await goTo(page, hub, path)
    if (path.includes('/observations') && !path.includes('look')) await page.locator('.map').waitFor()
    const filter = page.getByRole('button', { name: 'Filter' })
    if ((await filter.count()) > 0) await filter.click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(axe)
      const { violations } = await page.evaluate<AxeResults>(
        `axe.run(document, { runOnly: ${JSON.stringify(WCAG)} })`
      )
      t.same(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
        [],
        `${path}, ${colorScheme}`
      )
    }
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(width <= 360, `${path} is ${width} px wide`)
  }
})

t.test(
  'a hundred thousand observations and twenty thousand photos are scrolled and panned, with few of them in the page',
  async (t) => {
    const browser = await startBrowser(t)
    const hub = await openCollectedHub(t, { observations: MANY, photos: MANY_PHOTOS })
    const page = await openOffice(t, { browser, hub, path: `${observationsOf(hub)}?look=list` })
    const rows = page.locator('.observation-row')
    await rows.first().waitFor()
    const longTasks = await countLongTasks(page)

    const height = await page.evaluate<number>(`document.querySelector('.virtual').scrollHeight`)
    const total = MANY + 2
    t.equal(height, total * ROW_HEIGHT)
    for (let n = 1; n <= SCROLLS; n++) {
      const top = Math.floor((height / SCROLLS) * n)
      await page.evaluate(`document.querySelector('.virtual').scrollTo(0, ${top})`)
      // The last screen begins above the place that was asked for.
      const first = Math.min(Math.floor(top / ROW_HEIGHT), total)
      await page.locator(`.observation-row[aria-posinset="${first}"]`).waitFor({ state: 'attached' })
      t.ok((await rows.count()) < 40, 'only what is on the screen is drawn')
    }
    const scrolling = await longTasks()
    t.comment(`${scrolling} long tasks in ${SCROLLS} jumps through the list`)

    await page.getByRole('button', { name: 'Map' }).click()
    const map = page.locator('.map')
    await map.locator('canvas.points-layer').waitFor()
    t.ok((await page.locator('.map *').count()) < 200, 'points are not elements')
    const before = await longTasks()
    await map.focus()
    for (let n = 0; n < PANS; n++) {
      const place = await map.locator('.leaflet-map-pane').getAttribute('style')
      await page.keyboard.press(n % 2 === 0 ? 'ArrowRight' : 'ArrowDown')
      await map.locator(`.leaflet-map-pane:not([style="${place}"])`).waitFor({ state: 'attached' })
    }
    const panning = (await longTasks()) - before
    t.comment(`${panning} long tasks in ${PANS} pans of the map`)

    await page.getByRole('button', { name: 'Photos' }).click()
    const cells = page.locator('.photo-cell')
    await cells.first().waitFor()
    const atPhotos = await longTasks()
    const photosHeight = await page.evaluate<number>(`document.querySelector('.virtual').scrollHeight`)
    for (let n = 1; n <= SCROLLS; n++) {
      const seen = await cells.first().getAttribute('href')
      const top = Math.floor((photosHeight / SCROLLS) * n)
      await page.evaluate(`document.querySelector('.virtual').scrollTo(0, ${top})`)
      await page.locator(`.photo-cell[href="${seen}"]`).waitFor({ state: 'detached' })
      await cells.first().locator('img').waitFor()
      t.ok((await cells.count()) < 60, 'only the photos on the screen are drawn')
    }
    t.comment(`${(await longTasks()) - atPhotos} long tasks in ${SCROLLS} jumps through the photos`)
    // Told, not judged: how long a task takes is the machine's too. What keeps them short is judged above, by what is drawn.
  }
)

/** @returns how many tasks of over 50 ms there were since, as the browser counts them */
async function countLongTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`
    window.longTasks = 0
    new PerformanceObserver((list) => (window.longTasks += list.getEntries().length)).observe({ entryTypes: ['longtask'] })
  `)
  return () => page.evaluate<number>('window.longTasks')
}

/** The colours of the bars in the list, by the name that stands beside them. */
async function barColors(page: Page): Promise<Map<string, Set<string>>> {
  const rows = page.locator('.observation-row')
  await rows.first().waitFor()
  const drawnRows = await page.evaluate<[name: string, color: string][]>(`
    [...document.querySelectorAll('.observation-row')].map((row) => [
      row.querySelector('bdi').textContent,
      getComputedStyle(row.querySelector('.collector-bar')).backgroundColor
    ])`)
  const colors = new Map<string, Set<string>>()
  for (const [name, color] of drawnRows) colors.set(name, (colors.get(name) ?? new Set()).add(color))
  return colors
}
