import type { BrowserContext, Page, Route } from 'playwright-core'

const LETTERS = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'
const FIRST_LETTER = 'a'.charCodeAt(0)

/**
 * English becomes a language of right to left: what the hub serves is changed on its way to the browser, as if such a language
 * file had been dropped in. Each letter has an Arabic one, so that lines run and break as Arabic does.
 */
export async function speakRightToLeft(context: BrowserContext): Promise<void> {
  await context.route(/\/assets\/(index|use-action)-.*\.js$/, (route) =>
    changed(route, (script) => script.replace(/direction:`ltr`/g, 'direction:`rtl`'))
  )
  await context.route(/\/assets\/en-.*\.js$/, (route) =>
    changed(route, (script) => script.replace(/`[^`]*`/g, inArabicLetters))
  )
}

async function changed(route: Route, change: (script: string) => string): Promise<void> {
  const response = await route.fetch()
  await route.fulfill({ response, body: change(await response.text()) })
}

/** But for what stands for values: `{count}`. */
function inArabicLetters(message: string): string {
  return message.replace(/\{\w+\}|[a-z]/gi, (part) =>
    part.length > 1 ? part : (LETTERS[part.toLowerCase().charCodeAt(0) - FIRST_LETTER] ?? part)
  )
}

/** What reaches over a side of the screen: where nothing scrolls there, people cannot see it. */
export function overTheSides(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth
    const isCut = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        if (at.matches('.spoken-only, .leaflet-container')) return true
        if (at !== element && getComputedStyle(at).overflowX !== 'visible' && at !== document.documentElement && at !== document.body) return true
      }
      return false
    }
    return [...document.body.querySelectorAll('*')]
      .filter((element) => {
        const { left, right, width: own } = element.getBoundingClientRect()
        return own > 0 && (left < -1 || right > width + 1) && !isCut(element)
      })
      .map((element) => element.outerHTML.slice(0, 120))
  })()`)
}
