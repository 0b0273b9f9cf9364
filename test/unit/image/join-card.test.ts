import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'

const SCRIPT = fileURLToPath(
  new URL('../../../image/rootfs/usr/lib/waystation/take-join-card', import.meta.url)
)
const run = promisify(execFile)

/** A machine whose hub has left nothing yet. What is read as the hub begins with a line that says so. */
async function machine(t: Test) {
  const directory = t.testdir({
    helpers: {},
    boot: {},
    machine: {},
    bin: {
      // A hub that has another card ready leaves it at the worst moment.
      runuser: [
        '#!/bin/sh',
        'if [ -e "$TABLE/next" ]; then mv "$TABLE/next" "$TABLE/helpers/join-card.html"; fi',
        'echo "as $2"; shift 3; exec "$@"\n'
      ].join('\n'),
      cp: '#!/bin/sh\necho "$1" >>"$TABLE/written"; exec /bin/cp "$@"\n',
      sleep: '#!/bin/sh\necho "$1" >>"$TABLE/slept"\n'
    }
  })
  const at = (path: string) => join(directory, path)
  await run('chmod', ['-R', '0755', at('bin')])
  const env = {
    ...process.env,
    TABLE: directory,
    PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
    WAYSTATION_HELPERS: at('helpers'),
    WAYSTATION_BOOT: at('boot'),
    WAYSTATION_RUN: at('machine')
  }
  return {
    at,
    leave: async (page: string) => {
      await writeFile(at('helpers/join-card.png'), `picture of ${page}`)
      await writeFile(at('helpers/join-card.html'), page)
    },
    /** What waystation-join-card.service does. */
    takeCard: () => run(SCRIPT, { env }),
    text: (path: string) => readFile(at(path), 'utf8'),
    /** Whether waystation-join-card.path would start it again. */
    isAsked: () => existsSync(at('helpers/join-card.html'))
  }
}

t.test('a card that the hub left is put on the boot partition, once, and read as the hub', async (t) => {
  const { at, leave, takeCard, text, isAsked } = await machine(t)
  await leave('card')
  await takeCard()
  t.equal(await text('boot/waystation-card.html'), 'as waystation\ncard')
  t.equal(await text('boot/waystation-card.png'), 'as waystation\npicture of card')
  t.notOk(isAsked())
  t.same(await readdir(at('machine')), [], 'nothing of it lies about')
})

t.test('a card that comes while one is being put asks for another run', async (t) => {
  const { at, leave, takeCard, text, isAsked } = await machine(t)
  await leave('first')
  await writeFile(at('next'), 'second')
  await takeCard()
  t.equal(await text('boot/waystation-card.html'), 'as waystation\nfirst')
  t.ok(isAsked())
  await takeCard()
  t.equal(await text('boot/waystation-card.html'), 'as waystation\nsecond')
  t.notOk(isAsked())
})

t.test('what is on the boot partition already is not written again', async (t) => {
  const { at, leave, takeCard, text } = await machine(t)
  await leave('card')
  await takeCard()
  const written = await text('written')
  await leave('card')
  await takeCard()
  t.equal(await text('written'), written)
  await writeFile(at('helpers/join-card.html'), 'another')
  await takeCard()
  t.equal(await text('boot/waystation-card.html'), 'as waystation\nanother')
})

t.test('not more is taken than a card has', async (t) => {
  const { leave, takeCard, text } = await machine(t)
  await leave('x'.repeat(1_000_000))
  await takeCard()
  t.equal((await text('boot/waystation-card.html')).length, 'as waystation\n'.length + 65_536)
})

t.test('each run is a minute away from the next one, also of a hub that leaves what is none', async (t) => {
  const { at, leave, takeCard, text, isAsked } = await machine(t)
  await leave('card')
  await takeCard()
  t.equal(await text('slept'), '60\n')
  await mkdir(at('helpers/join-card.html/inside'), { recursive: true })
  await t.rejects(takeCard())
  t.equal(await text('slept'), '60\n60\n')
  t.notOk(isAsked())
  t.same(await readdir(at('boot')), ['waystation-card.html', 'waystation-card.png'])
  t.same(await readdir(at('machine')), [])
})
