import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { EXIT_CODES } from '../../../service/exit-codes.ts'

const SCRIPT = fileURLToPath(
  new URL('../../../image/rootfs/usr/lib/waystation/obey-exit-code', import.meta.url)
)
const run = promisify(execFile)

const READABLE = 'sync-port = 4242\n'
/** Which nobody can read, whatever he may. */
const UNREADABLE = {}

interface Ended {
  status: number | string
  settings?: string | Record<string, never>
  /** Whether the hub has read its settings since the machine started. */
  wereRead?: boolean
}

/** @returns what systemd is asked for; nothing: '' */
async function askedFor(t: Test, { status, settings = READABLE, wereRead = true }: Ended): Promise<string> {
  const directory = t.testdir({
    'waystation.toml': settings,
    asked: '',
    bin: { systemctl: '#!/bin/sh\necho "$*" >>"$ASKED"\n' },
    machine: wereRead ? { 'settings-read': '' } : {}
  })
  await run('chmod', ['+x', join(directory, 'bin/systemctl')])
  const env = {
    ...process.env,
    ASKED: join(directory, 'asked'),
    PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
    EXIT_STATUS: `${status}`,
    WAYSTATION_SETTINGS: join(directory, 'waystation.toml'),
    WAYSTATION_RUN: join(directory, 'machine')
  }
  await run(SCRIPT, { env })
  return readFile(join(directory, 'asked'), 'utf8')
}

const { usage, shutdown, stopped, failed, restart } = EXIT_CODES

t.test('settings that could be read and no longer can are mended by another start', async (t) => {
  t.equal(await askedFor(t, { status: usage, settings: UNREADABLE }), '--no-block reboot\n')
})

t.test('settings that could not be read at this start are told on a page', async (t) => {
  t.equal(
    await askedFor(t, { status: usage, settings: UNREADABLE, wereRead: false }),
    '--no-block start waystation-data-damaged.service\n'
  )
})

t.test('of settings that are wrong nothing is made', async (t) => {
  for (const wereRead of [true, false]) t.equal(await askedFor(t, { status: usage, wereRead }), '')
})

t.test('the machine is switched off, or restarted for a card that can only be read', async (t) => {
  t.equal(await askedFor(t, { status: shutdown }), '--no-block poweroff\n')
  t.equal(await askedFor(t, { status: EXIT_CODES['restart-machine'] }), '--no-block reboot\n')
})

t.test('the rest is no matter of the machine', async (t) => {
  for (const status of [stopped, failed, restart, 'KILL']) t.equal(await askedFor(t, { status }), '')
})
