import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Shelf } from '../../../service/shelf/shelf.ts'
import type { ShelfView } from '../../../service/web/shelf-schemas.ts'
import { CHUNK_MAX_BYTES, type UploadView } from '../../../service/web/upload-schemas.ts'
import { ShelfDesk } from '../../../service/web/views/shelf-desk.ts'
import { claim, openApp, outcomeOf } from './open-app.ts'

async function openShelfApp(t: Test) {
  const opened = await openApp(t, async (hub) => {
    const shelf = new Shelf({
      directory: join(t.testdirName, 'shelf'),
      freeBytes: async () => 1024 ** 4,
      logger: pino({ level: 'silent' })
    })
    await shelf.ready()
    t.teardown(() => shelf.close())
    hub.shelf = new ShelfDesk(shelf)
  })
  const session = await claim(opened.app)
  const begin = async (name: string, size: number) => {
    const url = '/api/shelf/uploads'
    const response = await opened.app.inject({
      method: 'POST',
      url,
      headers: session,
      payload: { name, size }
    })
    return response.json<UploadView>()
  }
  const send = (id: string, offset: number, payload: Buffer) =>
    opened.app.inject({
      method: 'PUT',
      url: `/api/shelf/uploads/${id}?offset=${offset}`,
      headers: { ...session, 'content-type': 'application/octet-stream' },
      payload
    })
  return { ...opened, session, begin, send }
}

t.test('what the coordinator uploads, everybody sees and downloads, also the rest of it', async (t) => {
  const { app, begin, send, session } = await openShelfApp(t)
  const bytes = Buffer.from('0123456789')
  const { id } = await begin('Río Napo.apk', bytes.length)
  t.match((await send(id, 0, bytes.subarray(0, 4))).json(), { received: 4, file: null })
  t.same(outcomeOf(await send(id, 0, bytes)), [409, 'UPLOAD_OFFSET'])
  const progress = await app.inject({ url: `/api/shelf/uploads/${id}`, headers: session })
  t.match(progress.json(), { received: 4 })
  t.match((await send(id, 4, bytes.subarray(4))).json(), { received: 10, file: { name: 'Río Napo.apk' } })

  const list = await app.inject('/api/shelf')
  t.match(list.json<ShelfView>(), { files: [{ name: 'Río Napo.apk', size: 10 }], usedBytes: 10 })
  const url = `/shelf/${encodeURIComponent('Río Napo.apk')}`
  const whole = await app.inject(url)
  t.same(whole.rawPayload, bytes)
  t.match(whole.headers, {
    'content-type': 'application/vnd.android.package-archive',
    'content-disposition': "attachment; filename*=UTF-8''R%C3%ADo%20Napo.apk",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes'
  })
  const headers = { range: 'bytes=6-', 'if-range': String(whole.headers.etag) }
  const rest = await app.inject({ url, headers })
  t.equal(rest.statusCode, 206)
  t.equal(rest.headers['content-range'], 'bytes 6-9/10')
  t.equal(rest.body, '6789')

  const removed = await app.inject({
    method: 'DELETE',
    url: url.replace('/shelf/', '/api/shelf/files/'),
    headers: session
  })
  t.same(outcomeOf(removed), [204])
  t.equal((await app.inject(url)).statusCode, 404)
})

t.test('a chunk that is too long, no upload, and files that are not on the shelf', async (t) => {
  const { app, begin, send } = await openShelfApp(t)
  const { id } = await begin('a.smp', 2 * CHUNK_MAX_BYTES)
  t.same(outcomeOf(await send(id, 0, Buffer.alloc(CHUNK_MAX_BYTES + 1))), [413, 'REQUEST_INVALID'])
  t.same(outcomeOf(await send(id, 0, Buffer.alloc(CHUNK_MAX_BYTES))), [200])
  t.same(outcomeOf(await send('0'.repeat(32), 0, Buffer.alloc(1))), [404, 'UPLOAD_NOT_FOUND'])
  for (const url of [
    '/shelf/',
    '/shelf/.uploads',
    `/shelf/.uploads/${id}`,
    '/shelf/..%2f..%2fkeys/operator-token'
  ]) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
})
