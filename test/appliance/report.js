// TAP, and which cases are run.
import { readFile } from 'node:fs/promises'
import { run, sh } from './machine.js'

const boot = await readFile('/proc/cmdline', 'utf8')
export const isLong = boot.includes('appliance.long')
const [, only = ''] = /appliance\.only=(\S+)/.exec(boot) ?? []
let passed = 0
let failed = 0

export function ok(condition, what, detail = '') {
  condition ? passed++ : failed++
  console.log(`${condition ? 'ok' : 'not ok'} ${passed + failed} - ${what}`)
  if (!condition) console.log(`  ---\n  ${String(detail).replaceAll('\n', '\n  ')}\n  ...`)
}

/** As test, in the long form of the suite alone. */
export const longTest = async (name, body) => (isLong ? test(name, body) : true)

const WHAT_HAPPENED = `tail -5 /run/hub.log
for unit in network uplink hostapd@* dnsmasq; do journalctl -b --no-pager -n 12 -u "waystation-$unit"; done
tail -n 30 /run/*-gnome.log
journalctl -b --no-pager -n 20 -u NetworkManager
journalctl -b --no-pager -n 15 -k; free -m
head -c 2000 /run/waystation-network/*answer.json; iw dev; iw reg get; ip route; ip -brief address`

/** For whoever reads that a case has failed. */
export const whatHappened = () => sh(WHAT_HAPPENED).catch(String)

export async function test(name, body) {
  // The first two are what all others begin with.
  if (!new RegExp(only).test(name) && !/^(power on|phones join)/.test(name)) return true
  const started = performance.now()
  try {
    await body()
    return true
  } catch (error) {
    ok(false, name, `${error.stack}\n${error.cause?.stack ?? ''}`)
    console.log(await whatHappened())
    return false
  } finally {
    console.log(`# ${name}: ${Math.round((performance.now() - started) / 1000)} s`)
  }
}

export async function conclude() {
  console.log(`1..${passed + failed}`)
  console.log(`# { total: ${passed + failed}, pass: ${passed}, fail: ${failed} }`)
  // At once: stopping what the suite has started in an orderly way would take minutes.
  await run('systemctl', 'poweroff', '--force', '--force')
}
