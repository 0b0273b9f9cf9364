import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

/** What may be part of a work under GPL-3.0-or-later. Where a package offers several, one of them is enough. */
const COMPATIBLE = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT'],
  ...['(Apache-2.0 AND BSD-3-Clause)', '(MIT OR CC0-1.0)']
])

interface LockFile {
  packages: Record<string, { dev?: boolean; license?: string }>
}

t.test('every package that the hub is shipped with has a licence that goes with its own', async (t) => {
  const text = await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as LockFile
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  t.ok(shipped.length > 100, `${shipped.length} packages`)
  t.same(
    shipped
      .filter(([, { license }]) => license === undefined || !COMPATIBLE.has(license))
      .map(([path, { license }]) => `${path}: ${license ?? 'none'}`),
    []
  )
})
