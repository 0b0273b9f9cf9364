import { defineConfig, type Plugin } from 'vite'

// What is built is the hub with all that it is made of, in three files. Loading 700 files one by one took twice the CPU at
// every start and 20 MB for as long as the hub runs, which is much on a small board that reads them from a card.

/** They find their compiled parts from where they are installed, so they are loaded from there. */
const NATIVE = ['fs-native-extensions', 'quickbit-native', 'rocksdb-native', 'simdle-native', 'sodium-native']

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [oneBytePerCharacter()],
  ssr: { noExternal: true, external: NATIVE },
  build: {
    ssr: true,
    outDir: '../dist/service',
    emptyOutDir: true,
    target: 'node20.19',
    // Vite's own minifying would take the names from stack traces.
    minify: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      // The hub, and the services of root that set up its networks: they must not load what phones and browsers speak to.
      input: {
        main: 'service/main.ts',
        'network/host/main': 'service/network/host/main.ts',
        'network/host/uplink-main': 'service/network/host/uplink-main.ts'
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } }
      }
    }
  }
})

/** V8 keeps the source of a module in memory, with two bytes per character if one of them is not Latin-1. */
function oneBytePerCharacter(): Plugin {
  return {
    name: 'one-byte-per-character',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = escaped(file.code)
    }
  }
}

/** Comments are gone by then, so that all such characters stand where an escape means the same. */
function escaped(code: string): string {
  return code.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
