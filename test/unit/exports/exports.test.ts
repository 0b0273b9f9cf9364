import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import type { Test } from 'tap'
import { systemClock } from '../../../service/clock.ts'
import { Exports, type ExportOrder, type ExportRun } from '../../../service/exports/exports.ts'
import { UsbStick } from '../../../service/exports/usb-stick.ts'
import type { ProjectId } from '../../../service/ids.ts'
import type { Mirror } from '../../../service/mirror/mirror.ts'
import { observation, Project } from '../mirror/project.ts'

const OBSERVATIONS = 500

async function openExports(t: Test, { isMounted = true } = {}) {
  const project = await Project.open(t)
  const a = await project.author()
  const blocks = Array.from({ length: OBSERVATIONS }, () => observation({ tags: { notes: 'x'.repeat(500) } }))
  await a.core('data').core.append(blocks)
  const mirror = await project.mirror(t)
  const stick = join(t.testdir(), 'stick')
  await mkdir(stick)
  const usb = new UsbStick({ directory: stick, isMounted: async () => isMounted })
  const exports = new Exports({ usb, clock: systemClock, logger: pino({ level: 'silent' }) })
  await exports.ready()
  t.teardown(() => exports.close())
  return { exports, mirror, stick }
}

function orderOf(mirror: Mirror, fileName = 'napo.geojson'): ExportOrder {
  const scope = { filter: {}, language: 'en' }
  return { projectId: 'p' as ProjectId, mirror, format: 'geojson', scope, fileName }
}

async function ended(exports: Exports, id: string): Promise<ExportRun> {
  while (exports.get(id).state === 'running') await once(exports, 'changed')
  return exports.get(id)
}

t.test('what is downloaded is told of while it is read, and done at its end', async (t) => {
  const { exports, mirror } = await openExports(t)
  const bytes = exports.download(orderOf(mirror), 'a'.repeat(32))
  t.match(exports.get('a'.repeat(32)), { state: 'running', target: 'download', steps: { done: 0 } })
  const text = Buffer.concat(await bytes.toArray()).toString()
  t.equal((JSON.parse(text) as { features: unknown[] }).features.length, OBSERVATIONS)
  t.match(exports.get('a'.repeat(32)), {
    state: 'done',
    steps: { done: OBSERVATIONS, total: OBSERVATIONS },
    bytes: Buffer.byteLength(text)
  })
})

t.test('a reader that waits lets the export wait', async (t) => {
  const { exports, mirror } = await openExports(t)
  const id = 'b'.repeat(32)
  const bytes = exports.download(orderOf(mirror), id)
  await once(bytes, 'readable')
  bytes.read(1)
  // Whatever else the process has to do is done before an event loop of nothing but this has turned so often.
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  t.ok(
    exports.get(id).steps.done < OBSERVATIONS / 2,
    `${exports.get(id).steps.done} documents were read ahead`
  )
  bytes.destroy()
  await once(bytes, 'close')
  t.equal((await ended(exports, id)).state, 'cancelled')
})

t.test('a browser that is gone before the first byte ends its export', async (t) => {
  const { exports, mirror } = await openExports(t)
  const id = 'c'.repeat(32)
  exports.download(orderOf(mirror), id).destroy()
  t.equal((await ended(exports, id)).state, 'cancelled')
})

t.test('an export to the stick has its name when it is whole', async (t) => {
  const { exports, mirror, stick } = await openExports(t)
  const run = await exports.toUsb(orderOf(mirror))
  t.match(run, { target: 'usb', fileName: 'napo.geojson' })
  await t.rejects(exports.toUsb(orderOf(mirror, 'other.geojson')), { code: 'EXPORT_RUNNING' })
  t.match(await ended(exports, run.id), { state: 'done', error: null })
  const folder = join(stick, 'Waystation')
  t.same(await readdir(folder), ['napo.geojson'])
  const file = JSON.parse(await readFile(join(folder, 'napo.geojson'), 'utf8')) as { features: unknown[] }
  t.equal(file.features.length, OBSERVATIONS)
})

t.test('an export to the stick that is stopped leaves nothing there', async (t) => {
  const { exports, mirror, stick } = await openExports(t)
  const run = await exports.toUsb(orderOf(mirror))
  t.equal((await exports.cancel(run.id)).state, 'cancelled')
  t.same(await readdir(join(stick, 'Waystation')).catch(() => []), [])
  const next = await exports.toUsb(orderOf(mirror))
  t.equal((await ended(exports, next.id)).state, 'done', 'and the next one may begin')
})

t.test('without a stick nothing is written to the card', async (t) => {
  const { exports, mirror, stick } = await openExports(t, { isMounted: false })
  t.equal(await exports.usbFreeBytes(), null)
  await t.rejects(exports.toUsb(orderOf(mirror)), { code: 'USB_MISSING' })
  t.same(await readdir(stick), [])
  const unmounted = new UsbStick({ directory: stick })
  t.equal(await unmounted.freeBytes(), null, 'a directory of the card is no stick')
})

t.test('an export that fails says why, and one that is unknown is not told of', async (t) => {
  const { exports, mirror } = await openExports(t)
  const id = 'd'.repeat(32)
  const broken = Object.assign(Object.create(mirror) as Mirror, {
    stream: async function* () {
      yield 'x'
      throw new Error('the card is gone')
    }
  })
  await t.rejects(exports.download(orderOf(broken), id).toArray(), /the card is gone/)
  t.match(exports.get(id), { state: 'failed', error: { code: 'INTERNAL' } })
  t.throws(() => exports.get('e'.repeat(32)), { code: 'EXPORT_NOT_FOUND' })
})
