import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { IMAGE_COLOR, imageMap, SHAPE_COLOR, shapeMap, zipOf } from '../support/map-package.ts'
import { openCollectedHub } from './collected-hub.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { drawn } from './support/visit.ts'

type Hub = Awaited<ReturnType<typeof openCollectedHub>>

const mapOf = ({ projectId }: Hub) => `/office/projects/${projectId}/observations`

async function openOffice(t: Test, hub: Hub, path: string): Promise<Page> {
  const page = await openPage(t, await startBrowser(t), hub.url)
  await enter(page, hub, hub.cookie)
  await goTo(page, hub, path)
  return page
}

async function enter(page: Page, { url }: Hub, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value, url }])
}

async function goTo(page: Page, { url }: Hub, path: string): Promise<void> {
  await page.goto(`${url}/#${path}`)
  await page.reload()
  await drawn(page)
}

async function add(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page
    .locator('#map-file:enabled')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByLabel('Background map').selectOption({ label: name })
}

/** Waits until a corner of the map, where no observation is, has this colour. Nothing tells when a map has been painted. */
async function becomes(map: Locator, color: readonly number[]): Promise<void> {
  let seen: number[] = []
  for (let looks = 0; looks < LOOKS; looks++) {
    seen = await colorAt(map, { fromRight: 20, fromTop: 20 })
    if (seen.every((value, n) => Math.abs(value - (color[n] ?? 0)) < CLOSE)) return
  }
  throw new Error(`The map is rgb(${seen.join()}) and not rgb(${color.join()})`)
}

/** A look takes about a tenth of a second. */
const LOOKS = 300
/** Of 255: what compositing may change. */
const CLOSE = 12

async function colorAt(map: Locator, at: { fromRight: number; fromTop: number }): Promise<number[]> {
  const picture = (await map.screenshot()).toString('base64')
  return map.page().evaluate<number[]>(`(async () => {
    const bytes = Uint8Array.from(atob('${picture}'), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: bitmap.width, height: bitmap.height })
    const context = canvas.getContext('2d')
    context.drawImage(bitmap, 0, 0)
    return [...context.getImageData(bitmap.width - ${at.fromRight}, ${at.fromTop}, 1, 1).data].slice(0, 3)
  })()`)
}

t.test(
  'maps of pictures and of shapes are added, chosen and drawn, also after a restart of the hub',
  async (t) => {
    const hub = await openCollectedHub(t, { observations: 20, photos: 0 })
    const page = await openOffice(t, hub, '/office/maps')
    await page.getByText('There is no map of your own yet.').waitFor()
    await add(page, 'napo.smp', await zipOf(imageMap()))
    await page.getByRole('heading', { name: 'Río Napo from the air' }).waitFor()
    await add(page, 'land.smp', await zipOf(shapeMap()))
    await page.getByRole('heading', { name: 'Land' }).waitFor()

    await goTo(page, hub, mapOf(hub))
    const map = page.locator('.map')
    await map.locator('canvas.points-layer').waitFor()
    await choose(page, 'Río Napo from the air')
    await becomes(map, IMAGE_COLOR)
    await page.getByText('Map: People of the river').waitFor()
    await choose(page, 'Land')
    await becomes(map, SHAPE_COLOR)

    await enter(page, hub, await hub.restart())
    await goTo(page, hub, mapOf(hub))
    await becomes(map, SHAPE_COLOR)
    await choose(page, 'Río Napo from the air')
    await becomes(map, IMAGE_COLOR)

    await goTo(page, hub, '/office/maps')
    for (const name of ['Land', 'Río Napo from the air']) {
      const card = page.getByRole('listitem').filter({ hasText: name })
      await card.getByRole('button', { name: 'Take it away' }).click()
      await card.getByRole('button', { name: 'Yes, delete this file' }).click()
      await card.waitFor({ state: 'detached' })
    }
    await goTo(page, hub, mapOf(hub))
    await page.getByLabel('Background map').waitFor()
    t.same(await page.locator('#background-map option').allTextContents(), ['Outlines of the world'])
  }
)

t.test('a file that is no map is refused with what is wrong with it, and is not kept', async (t) => {
  const hub = await openCollectedHub(t, { observations: 1, photos: 0 })
  const page = await openOffice(t, hub, '/office/maps')
  const refused = (text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor()
  await add(page, 'photo.smp', Buffer.from('This is a photo'))
  await refused('This file is no map package (.smp), or a part of it is missing.')
  const whole = await zipOf(imageMap())
  await add(page, 'cut.smp', whole.subarray(0, whole.length / 2))
  await refused('This file is no map package (.smp), or a part of it is missing.')
  await add(page, 'no-style.smp', await zipOf({ 'readme.txt': 'hello' }))
  await refused('there is no style.json in it')
  await add(
    page,
    'online.smp',
    await zipOf(imageMap({ glyphs: 'https://example.org/{fontstack}/{range}.pbf' }))
  )
  await refused('(In style.json glyphs is fetched from the internet)')
  const { 'style.json': style = '' } = imageMap()
  await add(page, 'empty.smp', await zipOf({ 'style.json': style }))
  await refused('(The tiles of source air are missing)')
  t.equal(await page.getByRole('listitem').filter({ hasText: '.smp' }).count(), 0)
})

t.test('a map that a phone cannot draw is said to be so, and the outlines stay', async (t) => {
  const hub = await openCollectedHub(t, { observations: 20, photos: 0 })
  const page = await openOffice(t, hub, '/office/maps')
  await add(page, 'land.smp', await zipOf(shapeMap()))
  await page.getByRole('heading', { name: 'Land' }).waitFor()
  await page.addInitScript(`
    const { getContext } = HTMLCanvasElement.prototype
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...rest)
    }
  `)
  await goTo(page, hub, mapOf(hub))
  await choose(page, 'Land')
  await page.getByRole('alert').filter({ hasText: 'This browser cannot draw this map' }).waitFor()
  t.ok(await page.locator('.map canvas.points-layer').isVisible())
})
