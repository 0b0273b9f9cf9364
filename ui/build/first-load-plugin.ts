import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin, Rollup } from 'vite'

/** What a phone on a crowded Wi-Fi fetches before it sees the board, compressed. */
const FIRST_LOAD_MAX_BYTES = 60 * 1000

/** Worth compressing; photos and fonts are compressed already. */
const TEXT = /\.(js|css|html|svg|json)$/

/**
 * Lays a compressed copy beside each text of the page (over plain HTTP browsers take gzip alone), and fails the build when
 * the first load has grown past its budget: the document, its styles, and its script with all that it imports, in the
 * language with the longest words.
 */
export function firstLoadPlugin(): Plugin {
  return {
    name: 'waystation-first-load',
    // What lies in the directory is final; before it is written other plugins still change it.
    writeBundle({ dir = '' }, bundle) {
      const sizes = new Map<string, number>()
      for (const fileName of Object.keys(bundle).filter((name) => TEXT.test(name))) {
        const compressed = gzipSync(readFileSync(join(dir, fileName)), { level: 9 })
        sizes.set(fileName, compressed.length)
        writeFileSync(join(dir, `${fileName}.gz`), compressed)
      }
      const total = firstLoad(bundle).reduce((sum, fileName) => sum + (sizes.get(fileName) ?? 0), 0)
      const said = `first load: ${total} of ${FIRST_LOAD_MAX_BYTES} bytes compressed`
      if (total > FIRST_LOAD_MAX_BYTES) this.error(said)
      this.info(said)
    }
  }
}

function firstLoad(bundle: Rollup.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((file): file is Rollup.OutputChunk => file.type === 'chunk')
  const needed = new Set<string>(Object.keys(bundle).filter((name) => name.endsWith('.html')))
  const add = (chunk: Rollup.OutputChunk) => {
    if (needed.has(chunk.fileName)) return
    needed.add(chunk.fileName)
    for (const style of chunk.viteMetadata?.importedCss ?? []) needed.add(style)
    for (const name of chunk.imports) {
      const imported = bundle[name]
      if (imported?.type === 'chunk') add(imported)
    }
  }
  for (const chunk of chunks) if (chunk.isEntry) add(chunk)
  const words = chunks.filter(({ facadeModuleId }) => facadeModuleId?.includes('virtual:messages/first/'))
  const [longest] = words.sort((a, b) => b.code.length - a.code.length)
  if (longest === undefined) throw new Error('the words of the board are in no chunk')
  add(longest)
  return [...needed]
}
