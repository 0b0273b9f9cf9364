import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import DoIUse from 'doiuse'
import { ESLint, type Linter } from 'eslint'
import compat from 'eslint-plugin-compat'
import esX from 'eslint-plugin-es-x'
import postcss from 'postcss'
import t from 'tap'

const ASSETS = fileURLToPath(new URL('../../dist/ui/assets', import.meta.url))

/** Whose owners come with them: phones that were last updated in 2019, and what NGOs install. */
const OLDEST_BROWSERS = ['chrome 74', 'firefox esr']

/** Methods of the browser that came after Chrome 74, which no linter can tell from others of their name without types. */
const TOO_NEW = /^(replaceChildren|requestSubmit|randomUUID|showPicker|scrollend|timeout|throwIfAborted)$/

const LINT: Linter.Config[] = [
  esX.configs['flat/restrict-to-es2019'],
  compat.configs['flat/recommended'],
  {
    // Methods are known by their names alone: what is built has no types.
    settings: { 'es-x': { aggressive: true }, browsers: OLDEST_BROWSERS, lintAllEsApis: true },
    rules: {
      'no-restricted-syntax': [
        'error',
        `CallExpression > MemberExpression.callee[property.name=${String(TOO_NEW)}]`
      ],
      ...each('error', 'intl', ['listformat', 'segmenter', 'durationformat', 'supportedvaluesof']),
      // Later than ES2019, and in Chrome 74 all the same.
      'es-x/no-dynamic-import': 'off',
      'es-x/no-import-meta': 'off',
      'es-x/no-global-this': 'off',
      'es-x/no-string-prototype-matchall': 'off',
      // Arrays have methods of the same names.
      ...each('off', 'iterator-prototype', [
        'map',
        'find',
        'foreach',
        'filter',
        'some',
        'reduce',
        'every',
        'flatmap',
        // And coordinates of MapLibre one of this name.
        'toarray'
      ]),
      // Arrays of MapLibre's own are resized.
      'es-x/no-resizable-and-growable-arraybuffers': 'off'
    }
  }
]

/** Asked for before it is used; without it countries are told by their letters. */
const GUARDED = /^Intl\.DisplayNames\(\) is not supported/

/** Properties that are named `at`, which are no calls. */
const PROPERTY_AT = /'(Array|String)\.prototype\.at' method/

/** What old phones do without, or with a part of: each was looked at. */
const CSS_KNOWN = [
  'css-logical-props', // the build writes sides where only the part that Chrome 74 lacks would do
  'css-math-functions', // the minmax() of grids, which is older, is taken for one
  'css-overflow', // its new values are not used
  'css-appearance', // with its prefix
  'css-text-indent', // each-line and hanging are not used
  'css-focus-visible', // the rule is dropped: the outline is always shown
  'extended-system-fonts', // the next font is taken
  'prefers-color-scheme' // they stay light
]

/** After Chrome 74, and not in the lists of the linter; overflow-wrap has a word-break beside it. */
const CSS_TOO_NEW =
  /[{;](inset|aspect-ratio|place-items|translate|rotate|scale):|:is\(|:where\(|:has\(|\d[dsl]v[hw]\b|[:,( ](min|max|clamp)\(/

function each(level: 'error' | 'off', family: string, names: readonly string[]): Linter.RulesRecord {
  return Object.fromEntries(names.map((name) => [`es-x/no-${family}-${name}`, level]))
}

const eslint = new ESLint({
  cwd: ASSETS,
  overrideConfigFile: true,
  overrideConfig: LINT,
  allowInlineConfig: false
})

/** @returns what an old phone would not understand, with the code around it */
async function tooNewIn(code: string, fileName: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(ASSETS, fileName) })
  const lines = code.split('\n')
  return (result?.messages ?? []).flatMap(({ message, line, column }) => {
    const near = lines[line - 1]?.slice(Math.max(0, column - 40), column + 40) ?? ''
    const isKnown = GUARDED.test(message) || (PROPERTY_AT.test(message) && !near.includes('.at('))
    return isKnown ? [] : [`${fileName}: ${message} … ${near}`]
  })
}

async function styleTooNewIn(css: string, fileName: string): Promise<string[]> {
  const found: string[] = []
  const doiuse = new DoIUse({
    browsers: OLDEST_BROWSERS,
    ignore: CSS_KNOWN,
    onFeatureUsage: ({ message }) => found.push(message)
  })
  await postcss([doiuse]).process(css, { from: fileName })
  return [...found, ...(CSS_TOO_NEW.exec(css)?.slice(0, 1) ?? [])]
}

t.test('what is built runs on Chrome 74 and on Firefox ESR', async (t) => {
  const names = await readdir(ASSETS)
  for (const name of names.filter((name) => name.endsWith('.js')))
    t.same(await tooNewIn(await readFile(join(ASSETS, name), 'utf8'), name), [], name)
  for (const name of names.filter((name) => name.endsWith('.css')))
    t.same(await styleTooNewIn(await readFile(join(ASSETS, name), 'utf8'), name), [], name)
})

t.test('what these do not know would be found', async (t) => {
  const scripts = [
    'a?.b',
    'a ?? b',
    'class A { #b = 1 }',
    '[1].at(-1)',
    '"a".replaceAll("a", "b")',
    'structuredClone(a)',
    'fetch("/", { signal: AbortSignal.timeout(1) })',
    'crypto.randomUUID()',
    'document.body.replaceChildren()',
    'new Intl.ListFormat("en")',
    'Promise.any([])',
    'Object.hasOwn(a, "b")'
  ]
  for (const code of scripts) t.not((await tooNewIn(code, 'a.js')).length, 0, code)
  const styles = [
    'a{display:flex;gap:1px}',
    'a{inset:0}',
    'a:is(b){top:0}',
    'a{height:100dvh}',
    'a:has(b){top:0}'
  ]
  for (const code of styles) t.not((await styleTooNewIn(code, 'a.css')).length, 0, code)
})
