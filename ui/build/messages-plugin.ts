import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

type Message = string | Record<string, string>
type Areas = Record<string, Record<string, Message>>

/** One language file: who it is, and its messages by area. */
export interface LanguageFile {
  language: { name: string; direction: 'ltr' | 'rtl' }
  [area: string]: Record<string, Message>
}

/** What the board needs at once; every other area comes with the first view behind it. */
const FIRST_AREAS = new Set(['common', 'board', 'join', 'errors'])

const LANGUAGES_ID = 'virtual:languages'
const MESSAGES_ID = /^virtual:messages\/(first|rest)\/([A-Za-z0-9-]+)$/

/**
 * Makes modules of the language files: `virtual:languages` lists them, and each is split in what the first load needs and
 * the rest. What a language lacks is filled in from English here, so that the page needs no second language to fall back on.
 */
export function messagesPlugin(directory: string): Plugin {
  return {
    name: 'waystation-messages',
    resolveId: (id) => (id === LANGUAGES_ID || MESSAGES_ID.test(id) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith('\0virtual:')) return null
      const name = id.slice(1)
      if (name === LANGUAGES_ID) return languagesModule(readLanguages(directory))
      const [, part, tag] = MESSAGES_ID.exec(name) ?? []
      if (part === undefined || tag === undefined) return null
      const messages = withFallback(readLanguage(directory, tag), readLanguage(directory, 'en'))
      const wanted = Object.entries(messages).filter(([area]) => FIRST_AREAS.has(area) === (part === 'first'))
      return `export default ${JSON.stringify(Object.fromEntries(wanted))}`
    }
  }
}

/** The messages of a language, in English where it has none. */
export function withFallback(file: LanguageFile, english: LanguageFile): Areas {
  const areas = Object.entries(english).filter(([area]) => area !== 'language')
  return Object.fromEntries(areas.map(([area, messages]) => [area, { ...messages, ...file[area] }]))
}

/** @returns the language files of a directory by tag, English first and the others by their names */
export function readLanguages(directory: string): Map<string, LanguageFile> {
  const tags = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
  const files = tags.map((tag) => [tag, readLanguage(directory, tag)] as const)
  const rank = ([tag, file]: (typeof files)[number]) => (tag === 'en' ? '' : file.language.name)
  return new Map(files.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)))
}

function readLanguage(directory: string, tag: string): LanguageFile {
  return JSON.parse(readFileSync(join(directory, `${tag}.json`), 'utf8')) as LanguageFile
}

function languagesModule(languages: ReadonlyMap<string, LanguageFile>): string {
  const entries = [...languages].map(([tag, { language }]) => {
    const imported = (part: string) => `() => import(${JSON.stringify(`virtual:messages/${part}/${tag}`)})`
    const { name, direction } = language
    return `{ tag: ${JSON.stringify(tag)}, name: ${JSON.stringify(name)}, direction: ${JSON.stringify(direction)},
      first: ${imported('first')}, rest: ${imported('rest')} }`
  })
  return `export const LANGUAGES = [${entries.join(',\n')}]`
}
