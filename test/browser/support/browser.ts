import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { PhoneOwner } from '../../phones/phone.ts'

/** Debian's own; another one is named by the environment. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** How many times slower than this machine the browser is: a test must hold on any. */
const SLOWDOWN = Number(process.env.BROWSER_SLOWDOWN ?? 1)

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** The width that an old phone has. */
export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1280, height: 800 }

// Ends waits that would never end, measures nothing: the machine may be busy.
const WAIT_LIMIT_MS = 60_000

export function startBrowser(owner: Pick<PhoneOwner, 'teardown'>): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true }).then((browser) => {
    owner.teardown(() => browser.close())
    return browser
  })
}

/** A browser of its own: no cookies, and a person who speaks English with a phone. What goes wrong in the page fails the test. */
export async function openPage(
  owner: Pick<PhoneOwner, 'fail'>,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {}
): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ...options })
  context.setDefaultTimeout(WAIT_LIMIT_MS)
  const page = await context.newPage()
  if (SLOWDOWN > 1) {
    const devTools = await context.newCDPSession(page)
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  }
  page.on('pageerror', (error) => owner.fail(`the page failed: ${error.message}\n${error.stack ?? ''}`))
  page.on('console', (message) => {
    // A refusal of the API and a hub that is gone are written there too.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) {
      owner.fail(`the page complained: ${message.text()}`)
    }
  })
  await page.goto(url)
  return page
}
