import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readLanguages, withFallback, type LanguageFile } from '../../../ui/build/messages-plugin.ts'

const UI = fileURLToPath(new URL('../../../ui', import.meta.url))
const languages = readLanguages(join(UI, 'i18n'))
const english = languages.get('en') as LanguageFile

/** Complete by promise. A language that is dropped in later may lack what it likes. */
const COMPLETE = ['en', 'es-419', 'pt-BR', 'fr', 'id']

function keysOf(file: LanguageFile): string[] {
  return Object.entries(file)
    .filter(([area]) => area !== 'language')
    .flatMap(([area, messages]) => Object.keys(messages).map((name) => `${area}.${name}`))
}

function placeholders(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort()
}

async function sources(): Promise<string> {
  const names = await readdir(UI, { recursive: true })
  const files = names.filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
  return (await Promise.all(files.map((name) => readFile(join(UI, name), 'utf8')))).join('\n')
}

t.test('the languages that are promised are complete', async (t) => {
  for (const tag of COMPLETE) {
    const file = languages.get(tag)
    t.ok(file, tag)
    const keys = new Set(file === undefined ? [] : keysOf(file))
    t.same(
      keysOf(english).filter((key) => !keys.has(key)),
      [],
      `${tag} lacks nothing`
    )
  }
})

t.test('no language has a message that English does not have, or other values to fill in', async (t) => {
  for (const [tag, file] of languages) {
    const known = new Set(keysOf(english))
    t.same(
      keysOf(file).filter((key) => !known.has(key)),
      [],
      tag
    )
    for (const key of keysOf(file).filter((key) => known.has(key))) {
      const [area = '', name = ''] = key.split('.')
      const expected = formsOf(english[area]?.[name]).flatMap(placeholders)
      for (const form of formsOf(file[area]?.[name])) {
        const strange = placeholders(form).filter((name) => !expected.includes(name))
        t.same(strange, [], `${tag} ${key}`)
      }
    }
  }
})

t.test('every message with plural forms has those that its language needs', async (t) => {
  for (const [tag, file] of languages) {
    const categories = new Set(
      Array.from({ length: 200 }, (_, count) => new Intl.PluralRules(tag).select(count))
    )
    for (const key of keysOf(file)) {
      const [area = '', name = ''] = key.split('.')
      const message = file[area]?.[name]
      if (typeof message !== 'object') continue
      for (const category of categories) t.ok(message[category], `${tag} ${key} ${category}`)
    }
  }
})

t.test('every message is said somewhere, and nothing is said that there is not', async (t) => {
  const said = new Set(
    [...(await sources()).matchAll(/['"]([a-z][A-Za-z]*\.[a-z][A-Za-z0-9]*)['"]/g)].map(([, key = '']) => key)
  )
  t.same(
    keysOf(english).filter((key) => !said.has(key)),
    [],
    'unused'
  )
  const areas = new Set(Object.keys(english))
  const known = new Set(keysOf(english))
  const missing = [...said].filter((key) => areas.has(key.split('.')[0] ?? '') && !known.has(key))
  t.same(missing, [], 'missing')
})

t.test('what a language lacks is said in English', async (t) => {
  const file: LanguageFile = { language: { name: 'Kichwa', direction: 'ltr' }, common: { board: 'Pirka' } }
  const messages = withFallback(file, english)
  t.equal(messages.common?.board, 'Pirka')
  t.equal(messages.common?.office, 'Office')
  t.same(messages.board, english.board)
})

function formsOf(message: string | Record<string, string> | undefined): string[] {
  if (message === undefined) return []
  return typeof message === 'string' ? [message] : Object.values(message)
}
