import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { pino } from 'pino'
import t from 'tap'
import type { ProjectId } from '../../../service/ids.ts'
import { Mirror } from '../../../service/mirror/mirror.ts'
import type { PhotoId } from '../../../service/mirror/photo-queries.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { copyBlocks, docId, Project, sourceCore, type Author } from './project.ts'

const NAMESPACES = ['auth', 'config', 'data', 'blobIndex', 'blob'] as const
const NAME = '0123456789abcdef'

const attachment = (author: Author, hash: string, name = NAME) => ({
  driveDiscoveryId: author.driveId,
  type: 'photo' as const,
  name,
  hash,
  external: false
})

const photoOf = (author: Author, variant: PhotoId['variant'], name = NAME): PhotoId => ({
  driveId: author.driveId,
  type: 'photo',
  variant,
  name
})

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function read(mirror: Mirror, id: PhotoId): Promise<Buffer> {
  const photo = await mirror.photo(id)
  if (photo.state !== 'held') throw new Error(`The photo is ${photo.state}`)
  return bytesOf(photo.createReadStream())
}

t.test('a photo that is held is read byte by byte, and counted in its variants', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  const [original, preview] = [randomBytes(200_000), randomBytes(1000)]
  const hash = await a.writeFile(`/photo/original/${NAME}`, original)
  await a.writeFile(`/photo/preview/${NAME}`, preview)
  await a.writeFile(`/photo/original/ffff`, randomBytes(10))
  await a.observe({ attachments: [attachment(a, hash)] })
  const mirror = await project.mirror(t)
  t.same(await read(mirror, photoOf(a, 'original')), original)
  t.same(await read(mirror, photoOf(a, 'preview')), preview)
  t.match(await mirror.photo(photoOf(a, 'original')), { mimeType: 'image/jpeg', byteLength: 200_000 })
  t.same(await mirror.photo(photoOf(a, 'thumbnail')), { state: 'unknown' })
  const states = { original: 'held', preview: 'held', thumbnail: 'unknown' }
  t.same(await mirror.variants({ driveId: a.driveId, type: 'photo', name: NAME }), states)
  t.same(await mirror.photosHeld(), {
    known: 1,
    variants: {
      original: { missing: 0, held: 1 },
      preview: { missing: 0, held: 1 },
      thumbnail: { missing: 0, held: 0 }
    }
  })
})

t.test('a photo counts as long as a current observation has it', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  const hash = await a.writeFile(`/photo/original/${NAME}`, randomBytes(10))
  const [x, y] = [docId(), docId()]
  const first = await a.observe({ docId: x, attachments: [attachment(a, hash)] })
  const other = await a.observe({ docId: y, attachments: [attachment(a, hash)] })
  const mirror = await project.mirror(t)
  const expectHeld = async (known: number) =>
    t.match(await mirror.photosHeld(), { known, variants: { original: { missing: 0, held: known } } })
  await expectHeld(1)
  await a.observe({ docId: x, links: [first], originalVersionId: first, attachments: [] })
  await mirror.caughtUp()
  await expectHeld(1)
  await a.observe({ docId: y, links: [other], originalVersionId: other, deleted: true })
  await mirror.caughtUp()
  await expectHeld(0)
})

t.test('a photo is missing until its last block has come, and held from then on', async (t) => {
  const [project, elsewhere] = [await Project.open(t), await Project.open(t)]
  const a = await elsewhere.author([])
  const bytes = [randomBytes(200_000), randomBytes(70_000)]
  for (const [n, one] of bytes.entries()) {
    const hash = await a.writeFile(`/photo/original/p${n}`, one)
    await a.observe({ attachments: [attachment(a, hash, `p${n}`)] })
  }
  const held = new Map(
    await Promise.all(
      NAMESPACES.map(async (namespace) => {
        const written = a.core(namespace).core
        const core = await project.openCore({ publicKey: written.key }, a.encryptionKey)
        return [namespace, { core, written }] as const
      })
    )
  )
  for (const [namespace, { core }] of held) project.add(sourceCore(core, namespace, a.deviceId))
  const copy = async (namespace: 'data' | 'blobIndex' | 'blob', blocks: number[]) => {
    const { core, written } = held.get(namespace) ?? (t.fail() as never)
    await copyBlocks(written, core, blocks)
  }
  const clock = new ManualClock()
  const mirrorCore = await project.mirrorCore()
  const parts = {
    projectId: 'project' as ProjectId,
    core: mirrorCore,
    source: project,
    logger: pino({ level: 'silent' })
  }
  const mirror = new Mirror({ ...parts, clock })
  await mirror.ready()
  await copy('data', [0, 1])
  // Not in order, and without the header: nothing may be read before it is here.
  await copy('blobIndex', [2])
  await mirror.caughtUp()
  t.match(await mirror.variants(photoOf(a, 'original', 'p1')), { original: 'unknown' })
  await copy('blobIndex', [0, 1])
  await mirror.caughtUp()
  t.match(await mirror.photo(photoOf(a, 'original', 'p1')), { state: 'missing', byteLength: 70_000 })
  t.match(await mirror.photosHeld(), { variants: { original: { missing: 2, held: 0 } } })

  await copy('blob', [1, 0, 5])
  await mirror.caughtUp()
  t.match(await mirror.photosHeld(), { variants: { original: { missing: 2, held: 0 } } })
  const indexed = once(mirror, 'indexed')
  await copy('blob', [3, 2])
  clock.move(200)
  await indexed
  t.match(await mirror.photosHeld(), { variants: { original: { missing: 1, held: 1 } } })
  t.same(await read(mirror, photoOf(a, 'original', 'p0')), bytes[0])
  await mirror.close()

  await copy('blob', [4])
  const reopened = new Mirror({ ...parts, clock })
  await reopened.ready()
  await reopened.caughtUp()
  t.match(await reopened.photosHeld(), { variants: { original: { missing: 0, held: 2 } } })
  t.same(await read(reopened, photoOf(a, 'original', 'p1')), bytes[1])
  await reopened.close()
})

t.test('an original whose bytes are not those that the observation names is never given whole', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  const bytes = randomBytes(150_000)
  await a.writeFile(`/photo/original/${NAME}`, bytes)
  await a.observe({ attachments: [attachment(a, randomBytes(32).toString('hex'))] })
  const mirror = await project.mirror(t)
  const photo = await mirror.photo(photoOf(a, 'original'))
  if (photo.state !== 'held') return t.fail('the blocks are here')
  let received = 0
  const reading = async () => {
    for await (const chunk of photo.createReadStream() as AsyncIterable<Buffer>) received += chunk.length
  }
  await t.rejects(reading(), { code: 'PHOTO_DAMAGED' })
  t.ok(received < bytes.length)
})

t.test('a length that is not that of the blocks is found out', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  await a.writeFile('/photo/preview/real', randomBytes(1000))
  for (const byteLength of [999, 1001]) {
    const name = `p${byteLength}`
    await a.writeFileEntry(`/photo/preview/${name}`, {
      byteOffset: 0,
      blockOffset: 0,
      blockLength: 1,
      byteLength
    })
    const mirror = await project.mirror(t)
    await t.rejects(read(mirror, photoOf(a, 'preview', name)), { code: 'PHOTO_DAMAGED' })
  }
})

t.test('an entry that says something impossible is as if it were not there', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  const places = [
    { blockOffset: -1, blockLength: 1, byteLength: 1 },
    { blockOffset: 0, blockLength: 65_537, byteLength: 1 },
    { blockOffset: 1.5, blockLength: 1, byteLength: 1 },
    { blockOffset: 2 ** 40, blockLength: 1, byteLength: 1 },
    { blockOffset: '0', blockLength: 1, byteLength: 1 },
    { blockOffset: 0, blockLength: 0, byteLength: 1 },
    {}
  ]
  for (const [n, place] of places.entries()) await a.writeFileEntry(`/photo/original/bad${n}`, place)
  await a.writeFileEntry('/photo/original/../../etc/passwd', {
    blockOffset: 0,
    blockLength: 1,
    byteLength: 1
  })
  await a.writeFileEntry('/photo/original/far', { blockOffset: 5000, blockLength: 3, byteLength: 9 })
  await a.core('blobIndex').core.append(randomBytes(50))
  const mirror = await project.mirror(t)
  for (const n of places.keys())
    t.same(await mirror.photo(photoOf(a, 'original', `bad${n}`)), { state: 'unknown' })
  t.same(await mirror.photo(photoOf(a, 'original', '../../etc/passwd')), { state: 'unknown' })
  t.match(await mirror.photo(photoOf(a, 'original', 'far')), { state: 'missing' })
})

t.test('a file index that names the blob core of somebody else is not read', async (t) => {
  const project = await Project.open(t)
  const [a, b] = [await project.author(NAMESPACES), await project.author(NAMESPACES)]
  await b.writeFile(`/photo/original/${NAME}`, randomBytes(10))
  const place = { byteOffset: 0, blockOffset: 0, blockLength: 1, byteLength: 10 }
  await a.writeFileEntry(`/photo/original/${NAME}`, place, b.core('blob').key)
  const mirror = await project.mirror(t)
  t.match(await mirror.photo(photoOf(b, 'original')), { state: 'held' })
  t.same(await mirror.photo(photoOf(a, 'original')), { state: 'unknown' })
  t.match(await mirror.variants(photoOf(a, 'original')), { original: 'unknown' })
})

t.test('the last word of the owner about a file counts', async (t) => {
  const project = await Project.open(t)
  const a = await project.author(NAMESPACES)
  await a.writeFile(`/photo/original/${NAME}`, Buffer.from('old'))
  await a.writeFile(`/photo/original/${NAME}`, Buffer.from('new'))
  const mirror = await project.mirror(t)
  t.same(await read(mirror, photoOf(a, 'original')), Buffer.from('new'))
  await a.writeFileEntry(`/photo/original/${NAME}`, null)
  await mirror.caughtUp()
  t.same(await mirror.photo(photoOf(a, 'original')), { state: 'unknown' })
})
