import { preact } from '@preact/preset-vite'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { firstLoadPlugin } from './build/first-load-plugin.ts'
import { messagesPlugin } from './build/messages-plugin.ts'

// The oldest browsers that people bring: phones whose Chrome was last updated in 2019.
const OLDEST_BROWSER = 'chrome74'

export default defineConfig({
  plugins: [preact(), messagesPlugin(fileURLToPath(new URL('i18n', import.meta.url))), firstLoadPlugin()],
  resolve: {
    // The one that takes its worker from a file of its own: the page's policy allows no other.
    alias: [{ find: /^maplibre-gl$/, replacement: 'maplibre-gl/dist/maplibre-gl-csp.js' }]
  },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: OLDEST_BROWSER,
    cssTarget: OLDEST_BROWSER,
    // The page's policy allows nothing that is written into it.
    assetsInlineLimit: 0,
    modulePreload: false
  }
})
