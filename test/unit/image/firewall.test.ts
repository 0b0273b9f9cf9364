import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'

const SCRIPT = fileURLToPath(new URL('../../../image/rootfs/usr/lib/waystation/firewall', import.meta.url))
const run = promisify(execFile)

/** @returns what nft is given */
async function rulesFor(t: Test, settings: string | Record<string, never> | null): Promise<string> {
  const directory = t.testdir({
    nft: '#!/bin/sh\ncat\n',
    ...(settings !== null && { 'waystation.toml': settings })
  })
  await run('chmod', ['+x', join(directory, 'nft')])
  const env = {
    ...process.env,
    PATH: `${directory}:${process.env['PATH']}`,
    WAYSTATION_SETTINGS: join(directory, 'waystation.toml')
  }
  return (await run(SCRIPT, { env })).stdout
}

t.test('a hub on the network of others is reached at its page and its sync port', async (t) => {
  const rules = await rulesFor(t, 'sync-port = 4242\nnetwork = "none" # a cable\n')
  t.match(rules, /tcp dport \{ 80, 4242 \} accept/)
  t.match(rules, /udp dport 5353 accept/)
  t.match(rules, /hook input priority filter; policy drop/)
})

t.test('the encrypted page is one of its ports', async (t) => {
  const rules = await rulesFor(t, 'network = "none"\nsync-port = 4242\nhttps = "[::]:443"\n')
  t.match(rules, /tcp dport \{ 80, 4242, 443 \} accept/)
})

t.test('a hub with its own Wi-Fi is closed until it has asked for it', async (t) => {
  const rules = await rulesFor(t, 'network = "hostapd"\nsync-port = 4242\n')
  t.notMatch(rules, /tcp dport/)
  t.match(rules, /hook input priority filter; policy drop/)
})

t.test('without settings that can be read the page is reached, which then says what is wrong', async (t) => {
  t.match(await rulesFor(t, null), /tcp dport \{ 80 \} accept/)
  t.match(await rulesFor(t, {}), /tcp dport \{ 80 \} accept/)
})
