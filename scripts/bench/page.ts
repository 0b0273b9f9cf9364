import { loadavg } from 'node:os'
import type { Browser } from 'playwright-core'
import { startBrowser } from '../../test/browser/support/browser.ts'
import { stageHub } from '../../test/browser/support/staged-hub.ts'
import { STAGES, type Stage } from '../../test/browser/support/stages.ts'
import { claim, drawn, logIn } from '../../test/browser/support/visit.ts'
import { Owner } from './owner.ts'
import { median } from './median.ts'
import type { BenchResult } from './result.ts'

const ROUNDS = 9
const VIEWS = ['board', 'join', 'office', 'observations']

/** An old phone on a crowded Wi-Fi. */
const CPU_SLOWDOWN = 4
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }

/** What a phone that was never here waits for: the first thing that it paints, and the view with all that it asks the hub for. */
export async function run(): Promise<BenchResult> {
  return Owner.with(async (owner) => {
    const [browser, hub] = [await startBrowser(owner), await stageHub(owner)]
    await claim(hub)
    const rows: BenchResult['rows'] = []
    for (const stage of STAGES.filter(({ name }) => VIEWS.includes(name))) {
      stage.set?.(hub.hub)
      const visits: Visit[] = []
      for (let n = 0; n < ROUNDS; n++) visits.push(await firstVisit(browser, hub.url, stage))
      const figure = (of: (visit: Visit) => number) => Math.round(median(visits.map(of)))
      rows.push({
        view: stage.name,
        'first paint ms': figure(({ firstPaintMs }) => firstPaintMs),
        'slowest ms': Math.round(Math.max(...visits.map(({ firstPaintMs }) => firstPaintMs))),
        'complete ms': figure(({ completeMs }) => completeMs),
        kB: figure(({ bytes }) => bytes / 1000)
      })
    }
    return {
      name: 'page',
      rows,
      notes: [
        `${CPU_SLOWDOWN} × slower CPU, 1.6 Mbit/s down, ${NETWORK.latency} ms for each answer, nothing kept from before; median of ${ROUNDS}`,
        `load at the end ${loadavg()[0]?.toFixed(1)}`
      ]
    }
  })
}

interface Visit {
  firstPaintMs: number
  completeMs: number
  bytes: number
}

async function firstVisit(browser: Browser, url: string, stage: Stage): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-US' })
  const page = await context.newPage()
  if (stage.inOffice) await logIn(page, url)
  const devTools = await context.newCDPSession(page)
  await devTools.send('Network.enable')
  await devTools.send('Network.emulateNetworkConditions', NETWORK)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
  let bytes = 0
  devTools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  await page.addInitScript(`
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') window.firstPaintMs = startTime
    }).observe({ type: 'paint', buffered: true })
  `)
  await page.goto(`${url}/#${stage.path}`)
  await drawn(page)
  const completeMs = await page.evaluate<number>('performance.now()')
  await page.waitForFunction('window.firstPaintMs !== undefined')
  const firstPaintMs = await page.evaluate<number>('window.firstPaintMs')
  await context.close()
  return { firstPaintMs, completeMs, bytes }
}
