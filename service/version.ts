import { createRequire } from 'node:module'

// By name and not by path: the sources and the built files lie at different depths below package.json.
const manifest = createRequire(import.meta.url)('#package.json') as { version: string }

/** The version of this software, as in package.json. */
export const VERSION = manifest.version
