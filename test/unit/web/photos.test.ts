import { once } from 'node:events'
import { Readable } from 'node:stream'
import t from 'tap'
import { byteRange, parseRange } from '../../../service/web/byte-range.ts'
import { DRIVE, PROJECT } from './memory-hub.ts'
import { claim, openApp, outcomeOf } from './open-app.ts'

const BYTES = Buffer.from(Array.from({ length: 100 }, (_none, index) => index))

async function openWithPhoto(
  t: Parameters<typeof openApp>[0],
  { name = 'ab12.jpg', mimeType = 'image/jpeg' }: { name?: string; mimeType?: string | null } = {}
) {
  const opened = await openApp(t)
  opened.hub.files.set(`${DRIVE}/preview/${name}`, { mimeType, bytes: BYTES })
  const headers = await claim(opened.app)
  const url = `/api/projects/${PROJECT}/photos/${DRIVE}/preview/${encodeURIComponent(name)}`
  const get = (more: Record<string, string> = {}) =>
    opened.app.inject({ url, headers: { ...headers, ...more } })
  return { ...opened, headers, get }
}

t.test('a photo is sent byte for byte with its type, and without rights', async (t) => {
  const { get } = await openWithPhoto(t)
  const response = await get()
  t.equal(response.statusCode, 200)
  t.same(response.rawPayload, BYTES)
  t.match(response.headers, {
    'content-type': 'image/jpeg',
    'content-length': '100',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'no-store'
  })
  t.notOk(response.headers['content-disposition'])
})

for (const mimeType of ['text/html', 'image/svg+xml', 'application/javascript', 'image/jpeg; x', null]) {
  t.test(`what its owner calls ${mimeType} is offered as a file`, async (t) => {
    const { get } = await openWithPhoto(t, { mimeType, name: 'x";.html' })
    const { headers } = await get()
    t.equal(headers['content-type'], 'application/octet-stream')
    t.equal(headers['content-disposition'], "attachment; filename*=UTF-8''x%22%3B.html")
  })
}

t.test('a photo that the hub does not hold is 404; other variants and paths are refused', async (t) => {
  const { app, headers } = await openWithPhoto(t)
  const get = (path: string) =>
    app.inject({ url: `/api/projects/${PROJECT}/photos/${DRIVE}/${path}`, headers })
  t.same(outcomeOf(await get('original/ab12.jpg')), [404, 'PHOTO_NOT_HELD'])
  t.same(outcomeOf(await get('huge/ab12.jpg')), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await get('preview/..%2Foffice.json')), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await get('preview/a%00b')), [400, 'REQUEST_INVALID'])
})

t.test('a range is sent alone, and the file is not read past it', async (t) => {
  const { hub, get } = await openWithPhoto(t)
  const response = await get({ range: 'bytes=10-29' })
  t.equal(response.statusCode, 206)
  t.same(response.rawPayload, BYTES.subarray(10, 30))
  t.match(response.headers, { 'content-range': 'bytes 10-29/100', 'content-length': '20' })
  t.equal(hub.openStreams, 0)
})

t.test('a range behind the end is refused with the size', async (t) => {
  const { get } = await openWithPhoto(t)
  const response = await get({ range: 'bytes=100-' })
  t.same(outcomeOf(response), [416, 'RANGE_NOT_SATISFIABLE'])
  t.equal(response.headers['content-range'], 'bytes */100')
})

const RANGES: [header: string | undefined, range: ReturnType<typeof parseRange>][] = [
  [undefined, null],
  ['bytes=0-', { start: 0, end: 100 }],
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=99-', { start: 99, end: 100 }],
  ['bytes=50-1000', { start: 50, end: 100 }],
  ['bytes=-1', { start: 99, end: 100 }],
  ['bytes=-1000', { start: 0, end: 100 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
  ['bytes=5-4', null],
  ['bytes=-', null],
  ['bytes=0-1,5-6', null],
  ['lines=0-1', null],
  ['bytes=1e1-', null]
]

t.test('the Range header means what RFC 9110 says', async (t) => {
  for (const [header, range] of RANGES) t.same(parseRange(header, 100), range, String(header))
  t.equal(parseRange('bytes=0-', 0), 'unsatisfiable')
})

t.test('a client that leaves before the first byte of a range releases the file', async (t) => {
  const source = Readable.from([BYTES])
  const range = byteRange(source, { start: 0, end: 1 })
  range.destroy()
  await once(range, 'close')
  t.ok(source.destroyed)
})
