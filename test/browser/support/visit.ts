import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { PhoneOwner } from '../../phones/phone.ts'
import { openPage, startBrowser } from './browser.ts'
import { STAGED_PASSPHRASE, type StagedHub } from './staged-hub.ts'
import type { Stage } from './stages.ts'

/** Goes to a view, through the door of the office where it is behind it, and waits until it has been drawn. */
export async function visit(
  owner: PhoneOwner,
  {
    browser,
    hub,
    stage,
    options = {}
  }: {
    browser: Browser
    hub: StagedHub
    stage: Stage
    options?: BrowserContextOptions
  }
): Promise<Page> {
  stage.set?.(hub.hub)
  const page = await openPage(owner, browser, hub.url, options)
  if (stage.inOffice) await logIn(page, hub.url)
  await page.goto(`${hub.url}/#${stage.path}`)
  // The address behind the # alone does not load the page anew.
  await page.reload()
  await drawn(page)
  await stage.act?.(page)
  return page
}

/** A view behind the door of a hub, with the session of its coordinator. */
export async function openOffice(
  owner: PhoneOwner,
  url: string,
  path: string,
  browser?: Browser
): Promise<Page> {
  const page = await openPage(owner, browser ?? (await startBrowser(owner)), url)
  await logIn(page, url)
  await page.goto(`${url}/#${path}`)
  await page.reload()
  await drawn(page)
  return page
}

/** Claims a staged hub, as its coordinator did once. */
export async function claim({ url }: Pick<StagedHub, 'url'>): Promise<void> {
  const response = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ passphrase: STAGED_PASSPHRASE })
  })
  if (!response.ok) throw new Error(`the hub was not claimed: ${await response.text()}`)
}

/** Gives a page the session of the coordinator. */
export async function logIn(page: Page, url: string, passphrase = STAGED_PASSPHRASE): Promise<void> {
  const response = await page.request.post(`${url}/api/login`, {
    headers: { origin: url },
    data: { passphrase }
  })
  if (!response.ok()) throw new Error(`no login: ${await response.text()}`)
}

/** Everything that the view asked for is there: the page itself says when. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('main[aria-busy="false"] h1').waitFor()
}
