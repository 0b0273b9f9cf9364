import { LANGUAGES } from 'virtual:languages'
import { spoken } from './messages.ts'

const STORED_KEY = 'waystation-language'

type Language = (typeof LANGUAGES)[number]

/**
 * The first that fits: what the person chose in this browser, what the browser asks for, what the hub speaks.
 * @param wanted tags in order of preference
 */
export function chooseLanguage(wanted: readonly string[], tags: readonly string[]): string {
  for (const tag of wanted) {
    const exact = tags.find((known) => known.toLowerCase() === tag.toLowerCase())
    if (exact !== undefined) return exact
    // es-MX is well served by es-419, and pt by pt-BR.
    const [base] = tag.toLowerCase().split('-')
    const related = tags.find((known) => known.toLowerCase().split('-')[0] === base)
    if (related !== undefined) return related
  }
  return 'en'
}

let rest: Promise<void> | null = null

/** Begins with the language of this person. @returns when the words of the board are there */
export async function startLanguage(): Promise<void> {
  await speak(preferred('en'))
}

/** The hub has told which language it speaks: it counts for people who said nothing that there is. */
export async function suggestLanguage(hubLanguage: string): Promise<void> {
  const tag = preferred(hubLanguage)
  if (tag !== spoken.value.tag) await speak(tag)
}

/** A person chose. It holds for this browser. */
export async function chooseForPerson(tag: string): Promise<void> {
  store(tag)
  await speak(tag)
}

/** The words of the views behind the board, from now on also when the language changes. */
export async function loadRest(): Promise<void> {
  rest ??= speak(spoken.value.tag, true)
  try {
    await rest
  } catch (error) {
    // The next who asks tries again.
    rest = null
    throw error
  }
}

async function speak(tag: string, withRest = rest !== null): Promise<void> {
  const language = LANGUAGES.find((known) => known.tag === tag) ?? LANGUAGES[0]
  if (language === undefined) return
  const parts = await Promise.all([language.first(), ...(withRest ? [language.rest()] : [])])
  const messages = Object.assign({}, ...parts.map((part) => part.default)) as typeof spoken.value.messages
  show(language, messages)
}

function show({ tag, direction }: Language, messages: typeof spoken.value.messages): void {
  spoken.value = { tag, direction, messages }
  document.documentElement.lang = tag
  document.documentElement.dir = direction
}

function preferred(last: string): string {
  const asked = navigator.languages ?? [navigator.language]
  return chooseLanguage(
    [stored(), ...asked, last].filter((tag): tag is string => tag !== null && tag !== undefined),
    LANGUAGES.map(({ tag }) => tag)
  )
}

// A browser that keeps nothing (private, or the window of a network's sign-in) must still show the page.
function stored(): string | null {
  try {
    return localStorage.getItem(STORED_KEY)
  } catch {
    return null
  }
}

function store(tag: string): void {
  try {
    localStorage.setItem(STORED_KEY, tag)
  } catch {
    // It then holds until the page is closed.
  }
}
