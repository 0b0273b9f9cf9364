import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Readable } from 'node:stream'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { PORTAL_MODES, type PortalMode } from '../../service/network/network-settings.ts'
import { dnsmasqConf } from '../../service/network/plan/dnsmasq-conf.ts'
import { commandsMissing, Namespace, netnsMissing, Network } from '../netns.ts'

// What browsers make of the three modes, on a laptop that is joined to the hub by a cable in place of the air: the hub as it is
// when it has a Wi-Fi of its own, and dnsmasq as the hub has it configured. docs/networks.md tells what was seen.

const HUB = '192.168.4.1'
const LAPTOP = '192.168.4.20'
const MAIN = fileURLToPath(new URL('../../dist/service/main.js', import.meta.url))

const skip = netnsMissing() || commandsMissing({ dnsmasq: 'dnsmasq-base' })
const skipFirefox = skip || commandsMissing({ 'firefox-esr': 'firefox-esr' })

t.test(
  'Chromium: no portal, but in "welcome", where it opens the page, until that was seen',
  { skip },
  async (t) => {
    const { laptop, become } = await openCable(t)
    const seen: Record<string, string> = {}
    for (const mode of PORTAL_MODES) {
      await become(mode)
      const page = await browse(t, laptop)
      // The page comes by itself, in a tab beside the error.
      const tab = mode === 'welcome' ? page.context().waitForEvent('page') : null
      seen[mode] = await afterCertificateError(page)
      const led = await tab
      if (led === null) continue
      await led.waitForURL('http://waystation.lan/')
      await led.getByRole('heading', { level: 1 }).waitFor()
      seen.welcomed = await afterCertificateError(await browse(t, laptop))
    }
    t.same(seen, {
      quiet: 'Privacy error',
      welcome: 'Connect to network',
      welcomed: 'Privacy error',
      off: 'Privacy error'
    })
  }
)

t.test('Firefox with a gateway: not captive, captive, unknown', { skip: skipFirefox }, async (t) => {
  const { laptop, become } = await openCable(t)
  // Without one it asks nobody, as a rule.
  await laptop.ip('route', 'add', 'default', 'via', HUB)
  await become('quiet')
  t.equal(await firefoxOn(t, laptop), 'not captive')
  await become('welcome')
  t.equal(await firefoxOn(t, laptop), 'captive')
  await become('off')
  t.equal(await firefoxOn(t, laptop), 'unknown')
})

async function openCable(t: Test) {
  const [network, hub, laptop] = [
    await Network.create(t),
    await Namespace.create(t, 'hub'),
    await Namespace.create(t, 'laptop')
  ]
  await network.attach(hub, { name: 'wlan0', address: `${HUB}/24` })
  await network.attach(laptop, { name: 'eth0', address: `${LAPTOP}/24` })
  // `ip netns exec` lays these over those of the machine.
  const files = join('/etc/netns', laptop.name)
  await mkdir(files, { recursive: true })
  t.teardown(() => rm(files, { recursive: true }))
  await writeFile(join(files, 'resolv.conf'), `nameserver ${HUB}\n`)
  const directory = t.testdir({ data: {} })
  const data = join(directory, 'data')
  await startHub(t, hub, data)
  let endNames = () => Promise.resolve()
  return {
    laptop,
    /** Resolves when the hub answers checks and names in this mode. */
    become: async (portal: PortalMode) => {
      const token = join(data, 'keys', 'operator-token')
      await hub.run(
        'env',
        'NODE_TLS_REJECT_UNAUTHORIZED=0',
        process.execPath,
        '-e',
        PATCH,
        token,
        JSON.stringify({ portal })
      )
      await endNames()
      endNames = await startNames(t, hub, { portal, directory })
    }
  }
}

/** Places its wishes in a /run of its own, where no service takes them: the network is not up, and the checks are answered. */
async function startHub(t: Test, hub: Namespace, data: string): Promise<void> {
  const flags = `--network hostapd --mdns off --http ${HUB}:80 --https ${HUB}:443 --data ${data}`
  const script = `mount -t tmpfs tmpfs /run && mkdir /run/waystation && exec ${process.execPath} ${MAIN} run ${flags}`
  const running = hub.spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => running.kill('SIGKILL'))
  await firstLine(running.stdout, (line) => line.includes('"msg":"ready"') || null)
}

const PATCH = `
  const [token, body] = process.argv.slice(1)
  const authorization = 'Bearer ' + require('fs').readFileSync(token, 'utf8').trim()
  const headers = { authorization, 'content-type': 'application/json' }
  fetch('https://${HUB}/api/network', { method: 'PATCH', headers, body }).then(async (response) => {
    if (!response.ok) throw new Error(await response.text())
  })`

async function startNames(
  t: Test,
  hub: Namespace,
  { portal, directory }: { portal: PortalMode; directory: string }
) {
  const conf = join(directory, 'dnsmasq.conf')
  await writeFile(
    conf,
    dnsmasqConf({
      interfaceName: 'wlan0',
      address: HUB,
      netmask: '255.255.255.0',
      portal,
      shareUplink: false,
      leaseFile: join(directory, 'leases')
    })
  )
  const names = hub.spawn('dnsmasq', [`--conf-file=${conf}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => names.once('exit', resolve))
  const end = async () => {
    names.kill()
    await ended
  }
  t.teardown(end)
  await firstLine(names.stderr, (line) => line.includes('started, version') || null)
  return end
}

async function browse(t: Test, laptop: Namespace): Promise<Page> {
  const executablePath = join(t.testdirName, 'chromium')
  const executable = process.env.CHROMIUM ?? '/usr/bin/chromium'
  await writeFile(executablePath, `#!/bin/sh\nexec ip netns exec ${laptop.name} ${executable} "$@"\n`)
  await chmod(executablePath, 0o755)
  const args = ['--no-sandbox', '--disable-gpu', '--lang=en-US']
  const browser = await chromium.launch({ executablePath, args })
  t.teardown(() => browser.close())
  return browser.newPage()
}

/** It looks for a portal when a certificate is not trusted: that of the hub is not. @returns title of what it shows */
async function afterCertificateError(page: Page): Promise<string> {
  await page.goto('https://waystation.lan/').catch(() => {})
  await page.waitForFunction("document.title !== ''")
  return page.title()
}

/** @returns what its captive portal service says at the first look */
async function firefoxOn(t: Test, laptop: Namespace): Promise<string> {
  const home = join(t.testdirName, 'firefox')
  await mkdir(home)
  const firefox = laptop.spawn(
    'firefox-esr',
    ['--headless', '--no-remote', '--profile', home, 'about:blank'],
    {
      env: { ...process.env, HOME: home, MOZ_LOG: 'CaptivePortalService:5' },
      stdio: ['ignore', 'ignore', 'pipe']
    }
  )
  const ended = new Promise((resolve) => firefox.once('exit', resolve))
  const verdict = await firstLine(firefox.stderr, verdictIn)
  firefox.kill('SIGKILL')
  await ended
  await rm(home, { recursive: true })
  return verdict
}

function verdictIn(line: string): string | null {
  if (line.endsWith('topic=captive-portal-login')) return 'captive'
  const [, success] = /CaptivePortalService::Complete\(success=(\d)\)/.exec(line) ?? []
  return success === undefined ? null : success === '1' ? 'not captive' : 'unknown'
}

/** @returns what `read` makes of the first line of which it makes something */
function firstLine<T>(stream: Readable | null, read: (line: string) => T | null): Promise<T> {
  if (stream === null) throw new Error('its output goes elsewhere')
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    createInterface({ input: stream })
      .on('line', (line) => {
        lines.push(line)
        const found = read(line)
        if (found !== null) resolve(found)
      })
      .on('close', () => reject(new Error(`it ended:\n${lines.join('\n')}`)))
  })
}
