import { preact } from '@preact/preset-vite'
import { defineConfig } from 'vite'

// The oldest browsers that people bring: phones whose Chrome was last updated in 2019.
const OLDEST_BROWSER = 'chrome74'

export default defineConfig({
  plugins: [preact()],
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
