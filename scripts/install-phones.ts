// Installs the test phones (test/phones) with `npm ci`, unless they are installed already for this lock file and this Node.
// The one native module among them, better-sqlite3, is compiled where no prebuilt binary can be downloaded: that needs python3,
// make and g++, and Node's headers, which are taken from beside the running Node when they are there.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const phones = fileURLToPath(new URL('../test/phones', import.meta.url))
const marker = join(phones, 'node_modules', '.installed-for')
const wanted = createHash('sha256')
  .update(readFileSync(join(phones, 'package-lock.json')))
  .update(`node ABI ${process.versions.modules} ${process.platform} ${process.arch}`)
  .digest('hex')

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
  const prefix = dirname(dirname(process.execPath))
  const headersAreHere = existsSync(join(prefix, 'include', 'node', 'node_version.h'))
  execFileSync('npm', ['ci', '--prefix', phones, '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    env: { ...process.env, ...(headersAreHere && { npm_config_nodedir: prefix }) }
  })
  writeFileSync(marker, wanted)
}
