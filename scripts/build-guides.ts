// Makes pages of docs/guide/*.md below dist/ui/guide/, so that the guide can be read on the hub, where there is no internet.
// Run by `npm run build`, after the page itself.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { marked } from 'marked'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = join(ROOT, 'docs', 'guide')
const TARGET = join(ROOT, 'dist', 'ui', 'guide')

/** Beside the guides, as in docs/. */
const PICTURES = 'pictures'

/** The look of the page, and what a long text needs besides. */
const STYLES = [
  join(ROOT, 'ui', 'design', 'tokens.css'),
  join(ROOT, 'ui', 'design', 'base.css'),
  join(SOURCES, 'guide.css')
]

const BACK: Readonly<Record<string, string>> = { en: 'To the board', es: 'Al tablero' }

await mkdir(TARGET, { recursive: true })
await cp(join(SOURCES, '..', PICTURES), join(TARGET, '..', PICTURES), { recursive: true })
const styles = await Promise.all(STYLES.map((path) => readFile(path, 'utf8')))
await writeFile(join(TARGET, 'guide.css'), styles.join('\n'))
for (const name of await readdir(SOURCES)) {
  if (name.endsWith('.md')) await build(name.slice(0, -'.md'.length))
}

async function build(language: string): Promise<void> {
  const text = await readFile(join(SOURCES, `${language}.md`), 'utf8')
  const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Waystation'
  const body = await marked.parse(text)
  await writeFile(
    join(TARGET, `${language}.html`),
    `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="stylesheet" href="guide.css" />
  </head>
  <body>
    <main class="guide">
      <p><a href="/">← ${BACK[language] ?? BACK['en']}</a></p>
      ${body}
    </main>
  </body>
</html>
`
  )
}
