import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { encode } from '@comapeo/schema'
import type Hypercore from 'hypercore'
import { pino } from 'pino'
import t from 'tap'
import type { DeviceId, ProjectId } from '../../../service/ids.ts'
import { eachInField } from '../../../service/mirror/field-queries.ts'
import { openBee } from '../../../service/mirror/indexer.ts'
import { Mirror } from '../../../service/mirror/mirror.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { at, copyBlocks, docId, observation, openMirrors, Project, sourceCore } from './project.ts'

const common = (id: string, updatedAt = at(0)) => ({
  docId: id,
  createdAt: at(0),
  updatedAt,
  deleted: false,
  links: [] as []
})

/** The library's own, which has no public way to lose a block. */
interface LosingStorage {
  write(): { deleteBlock(index: number): void; flush(): Promise<unknown> }
}

async function mirrorBy(clock: ManualClock, project: Project): Promise<Mirror> {
  const mirror = new Mirror({
    projectId: 'project' as ProjectId,
    core: await project.mirrorCore(),
    source: project,
    clock,
    logger: pino({ level: 'silent' })
  })
  await mirror.ready()
  return mirror
}

async function entriesOf(core: Hypercore): Promise<string[]> {
  const bee = openBee(core.snapshot())
  const entries: string[] = []
  for await (const { key, value } of bee.createReadStream({})) {
    entries.push(`${key.toString('hex')} ${value.toString('hex')}`)
  }
  await bee.close()
  return entries
}

const ids = (page: { items: readonly { docId: string }[] }) => page.items.map(({ docId }) => docId)

t.test('a document says who made it, who wrote the winning version and which versions lost', async (t) => {
  const project = await Project.open(t)
  const [a, b, c] = [await project.author(), await project.author(), await project.author()]
  const id = docId()
  const first = await a.observe({ docId: id, tags: { edit: 'first' } })
  const edit = { docId: id, links: [first], originalVersionId: first }
  const fork = await b.observe({ ...edit, updatedAt: at(5), tags: { edit: 'b' } })
  const winner = await c.observe({ ...edit, updatedAt: at(9), tags: { edit: 'c' } })
  const mirror = await project.mirror(t)
  const document = await mirror.document('observation', id)
  t.match(document, {
    versionId: winner,
    forks: [fork],
    tags: { edit: 'c' },
    createdBy: a.deviceId,
    updatedBy: c.deviceId
  })
  t.same(
    (await mirror.history('observation', id)).map(({ versionId }) => versionId),
    [winner, fork, first]
  )
  t.match(await mirror.counts(), { observation: { current: 1, deleted: 0 } })

  const merge = await a.observe({ ...edit, links: [winner, fork], updatedAt: at(1), tags: { edit: 'merge' } })
  await mirror.caughtUp()
  t.match(await mirror.document('observation', id), { versionId: merge, forks: [], tags: { edit: 'merge' } })
})

t.test('a version that arrives before those it links to wins all the same', async (t) => {
  const project = await Project.open(t)
  const [a, b] = [await project.author([]), await project.author([])]
  const id = docId()
  const first = await a.observe({ docId: id })
  const second = await b.observe({ docId: id, links: [first], originalVersionId: first, updatedAt: at(1) })
  project.add(b.core('data'))
  const mirror = await project.mirror(t)
  t.match(await mirror.document('observation', id), {
    versionId: second,
    createdBy: null,
    updatedBy: b.deviceId
  })
  project.add(a.core('data'))
  await mirror.caughtUp()
  t.match(await mirror.document('observation', id), { versionId: second, forks: [], createdBy: a.deviceId })
  t.same(ids(await mirror.observations({ device: a.deviceId, limit: 9 })), [id])
})

t.test('a deleted document leaves the lists and is still found by its id', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const id = docId()
  const first = await a.observe({ docId: id, lat: 1, lon: 1 })
  const mirror = await project.mirror(t)
  t.same(ids(await mirror.observations({ limit: 9 })), [id])
  const links = { links: [first], originalVersionId: first }
  const deletion = await a.observe({ docId: id, ...links, lat: 1, lon: 1, deleted: true, updatedAt: at(1) })
  await mirror.caughtUp()
  const bbox = { west: 0, south: 0, east: 2, north: 2 }
  for (const query of [{}, { bbox }, { device: a.deviceId }]) {
    t.same(ids(await mirror.observations({ ...query, limit: 9 })), [])
  }
  t.same(ids(await mirror.documents('observation', { limit: 9 })), [])
  t.match(await mirror.document('observation', id), { deleted: true, versionId: deletion })
  t.match(await mirror.counts(), { observation: { current: 0, deleted: 1 } })

  await a.observe({ docId: id, ...links, updatedAt: at(2) })
  await mirror.caughtUp()
  t.match(await mirror.document('observation', id), { deleted: false, forks: [deletion] })
  t.match(await mirror.counts(), { observation: { current: 1, deleted: 0 } })
})

t.test('observations are found by time, device and place, newest first, page by page', async (t) => {
  const project = await Project.open(t)
  const [a, b] = [await project.author(), await project.author()]
  const made: { id: string; seconds: number; device: DeviceId; lat: number; lon: number }[] = []
  for (let n = 0; n < 60; n++) {
    const author = n % 3 === 0 ? b : a
    const one = {
      id: docId(),
      seconds: (n * 7) % 60,
      device: author.deviceId,
      lat: n - 30,
      lon: ((n * 11) % 360) - 180
    }
    await author.observe({ docId: one.id, createdAt: at(one.seconds), lat: one.lat, lon: one.lon })
    made.push(one)
  }
  const mirror = await project.mirror(t)
  const expected = (matches: (one: (typeof made)[number]) => boolean) =>
    made
      .filter(matches)
      .sort((x, y) => y.seconds - x.seconds)
      .map(({ id }) => id)
  const all = async (query: Omit<Parameters<Mirror['observations']>[0], 'limit' | 'cursor'>) => {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const page = await mirror.observations({ ...query, limit: 7, ...(cursor === null ? {} : { cursor }) })
      t.ok(page.items.length <= 7)
      found.push(...ids(page))
      cursor = page.nextCursor
    } while (cursor !== null)
    return found
  }
  t.same(
    await all({}),
    expected(() => true)
  )
  t.same(
    await all({ device: b.deviceId }),
    expected(({ device }) => device === b.deviceId)
  )
  t.same(
    await all({ from: at(10), to: at(20) }),
    expected(({ seconds }) => seconds >= 10 && seconds <= 20)
  )
  const bbox = { west: 100, south: -20, east: -100, north: 20 }
  const inside = ({ lat, lon }: { lat: number; lon: number }) =>
    lat >= -20 && lat <= 20 && (lon >= 100 || lon <= -100)
  t.same(await all({ bbox }), expected(inside))
  t.same(
    await all({ bbox, device: a.deviceId, to: at(40) }),
    expected((one) => inside(one) && one.device === a.deviceId && one.seconds <= 40)
  )
  t.same(await all({ device: 'f'.repeat(64) as DeviceId }), [])
})

t.test('a cursor or an instant that means nothing is refused', async (t) => {
  const project = await Project.open(t)
  const mirror = await project.mirror(t)
  for (const cursor of [
    '',
    'x',
    '!!!',
    Buffer.alloc(17).toString('base64url'),
    Buffer.alloc(19).toString('base64url')
  ]) {
    await t.rejects(mirror.observations({ limit: 1, cursor }), { code: 'REQUEST_INVALID' })
    await t.rejects(mirror.documents('track', { limit: 1, cursor }), { code: 'REQUEST_INVALID' })
  }
  await t.rejects(mirror.observations({ limit: 1, from: 'yesterday' }), { code: 'REQUEST_INVALID' })
})

t.test('documents of a kind come in the order of their ids, page by page, without the deleted', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const made = Array.from({ length: 12 }, docId).sort()
  for (const id of made) await a.observe({ docId: id, deleted: id === made[3] })
  await a.append('config', encode({ schemaName: 'projectSettings', ...common(docId()), name: 'P' } as never))
  const mirror = await project.mirror(t)
  const found: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof mirror.documents<'observation'>>> = await mirror.documents(
      'observation',
      { limit: 5, ...(cursor === null ? {} : { cursor }) }
    )
    found.push(...ids(page))
    cursor = page.nextCursor
  } while (cursor !== null)
  t.same(
    found,
    made.filter((id) => id !== made[3])
  )
})

t.test('a rebuilt mirror has the same entries as one that grew block by block', async (t) => {
  const project = await Project.open(t)
  const [a, b] = [await project.author(), await project.author()]
  const core = await project.mirrorCore()
  const mirror = await project.mirror(t, core)
  const seen: { id: string; version: string }[] = []
  let random = 1
  const next = (below: number) => (random = (random * 48271) % 2147483647) % below
  for (let n = 0; n < 150; n++) {
    const author = next(2) === 0 ? a : b
    const known = seen[next(seen.length + 20)]
    const id = known?.id ?? docId()
    const position = next(4) === 0 ? {} : { lat: next(180) - 90, lon: next(360) - 180 }
    const fields = {
      ...position,
      docId: id,
      createdAt: at(next(1000)),
      updatedAt: at(next(1000)),
      deleted: next(9) === 0
    }
    const photo = {
      driveDiscoveryId: a.driveId,
      type: 'photo' as const,
      name: `p${next(5)}`,
      hash: '',
      external: false
    }
    const links = known === undefined ? {} : { links: [known.version], originalVersionId: known.version }
    const version = await author.observe({
      ...fields,
      ...links,
      attachments: next(3) === 0 ? [photo] : []
    })
    seen.push({ id, version })
    if (next(5) === 0) await mirror.caughtUp()
  }
  await mirror.caughtUp()
  const grown = await entriesOf(core)
  const fresh = await project.mirrorCore()
  await mirror.rebuild(fresh)
  t.ok(grown.length > 50)
  t.same(await entriesOf(fresh), grown)
  await a.observe()
  await mirror.caughtUp()
  t.same(await entriesOf(core), grown, 'the old core is left alone')
  t.not((await entriesOf(fresh)).join(), grown.join(), 'the new core is written')
})

t.test('a mirror says when it has caught up, and is current then', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const mirror = await project.mirror(t, await project.mirrorCore())
  await a.observe()
  const current = once(mirror, 'current').then(() => mirror.isCurrent)
  t.not(mirror.isCurrent, 'a block is not indexed yet')
  await mirror.caughtUp()
  t.ok(await current)
})

t.test('an export that began before a rebuild is finished from the mirror that it began with', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  for (let n = 0; n < 20; n++) await a.observe()
  const old = await project.mirrorCore()
  const mirror = await project.mirror(t, old)
  await mirror.caughtUp()
  const documents = mirror.stream((snapshot) => eachInField(snapshot, 'observation', {}))
  const found = [(await documents.next()).value]
  let rebuilt = false
  const rebuilding = mirror.rebuild(await project.mirrorCore()).then(() => (rebuilt = true))
  await a.observe()
  await mirror.caughtUp() // comes after the rebuild in the queue of work
  t.not(rebuilt, 'the old core is still needed')
  for await (const document of documents) found.push(document)
  await rebuilding
  t.equal(found.length, 20)
})

t.test('a mirror that is made anew while somebody reads the old one is closed as one', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  await a.observe()
  const { mirrors, id, kept } = await openMirrors(t, project)
  const mirror = mirrors.get(id)
  const key = () => mirror.query(async ({ bee }) => bee.core.key.toString('hex'))
  const old = await key()
  const documents = mirror.stream((snapshot) => eachInField(snapshot, 'observation', {}))
  await documents.next()
  const rebuilding = mirrors.rebuild(id)
  while ((await key()) === old) await mirror.caughtUp()
  const closed = await mirrors.closeOne(id)
  t.equal(closed, kept().publicKey, 'nothing else is kept of it')
  await rebuilding
  t.equal(closed, kept().publicKey)
})

t.test('a mirror that was closed goes on where it stopped, and reads nothing again', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  for (let n = 0; n < 20; n++) await a.observe()
  const core = await project.mirrorCore()
  const first = await project.mirror(t, core)
  await first.close()
  const length = core.length
  const second = await project.mirror(t, core)
  t.equal(core.length, length, 'nothing is written when nothing is new')
  await second.close()
  await a.observe()
  const documents: number[] = []
  const third = new Mirror({
    projectId: 'project' as ProjectId,
    core,
    source: project,
    clock: new ManualClock(),
    logger: pino({ level: 'silent' })
  })
  third.on('indexed', (event) => documents.push(event.documents))
  await third.ready()
  await third.caughtUp()
  t.same(documents, [1])
  t.match(await third.counts(), { observation: { current: 21 } })
  await third.close()
})

t.test('a mirror of another format is refused', async (t) => {
  const project = await Project.open(t)
  const core = await project.mirrorCore()
  const bee = openBee(core.session())
  await bee.put(Buffer.from([1]), Buffer.from(JSON.stringify({ format: 0, counts: {} })))
  await bee.close()
  await t.rejects(project.mirror(t, core), { code: 'MIRROR_OUTDATED' })
})

t.test('blocks are indexed as they arrive from another device, in any order', async (t) => {
  const project = await Project.open(t)
  const elsewhere = await Project.open(t)
  const a = await elsewhere.author()
  const made: string[] = []
  for (let n = 0; n < 30; n++) {
    made.push(docId())
    await a.observe({ docId: made[n] as string, createdAt: at(n) })
  }
  const written = a.core('data').core
  const held = await project.openCore({ publicKey: written.key }, a.encryptionKey)
  project.add(sourceCore(held, 'data', a.deviceId))
  const clock = new ManualClock()
  const mirror = await mirrorBy(clock, project)
  await mirror.caughtUp()
  for (const blocks of [[29, 3], [17], [4, 5, 16]]) {
    const indexed = once(mirror, 'indexed')
    await copyBlocks(written, held, blocks)
    clock.move(200)
    t.match(await indexed, [{ documents: blocks.length }])
  }
  t.same(
    ids(await mirror.observations({ limit: 50 })),
    [29, 17, 16, 5, 4, 3].map((n) => made[n])
  )
  await mirror.close()
  t.equal(clock.pending, 0)
})

t.test('a block that the store has lost does not hold back those behind it', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const made = Array.from({ length: 5 }, () => docId())
  for (const [n, id] of made.entries()) await a.observe({ docId: id, createdAt: at(n) })
  const { storage } = a.core('data').core.state
  const losing = (storage as unknown as LosingStorage).write()
  losing.deleteBlock(2)
  await losing.flush()
  const mirror = await project.mirror(t, await project.mirrorCore())
  await mirror.caughtUp()
  t.same(
    ids(await mirror.observations({ limit: 50 })),
    [4, 3, 1, 0].map((n) => made[n])
  )
})

t.test('blocks that come while a batch is made are left to the next burst', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const { core } = a.core('data')
  const clock = new ManualClock()
  const mirror = await mirrorBy(clock, project)
  await a.observe({ docId: docId(), createdAt: at(0) })
  await mirror.caughtUp()
  const batches: number[] = []
  mirror.on('indexed', ({ documents }) => batches.push(documents))
  // A phone that sends one block in the time that the hub takes to look for new ones.
  const ready = core.ready.bind(core)
  let sent = 0
  const readyWithAnother = async () => {
    core.ready = ready
    await a.observe({ docId: docId(), createdAt: at(++sent) })
    if (sent < 5) core.ready = readyWithAnother
  }
  core.ready = readyWithAnother
  await mirror.caughtUp()
  t.same(batches, [1])
  core.ready = ready
  const indexed = once(mirror, 'indexed')
  await a.observe({ docId: docId(), createdAt: at(9) })
  clock.move(200)
  t.match(await indexed, [{ documents: 1 }])
  await mirror.close()
})

t.test('what is no document, or not where it lies, is left out', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const settings = () => encode({ schemaName: 'projectSettings', ...common(docId()), name: 'P' } as never)
  await a.append('data', settings())
  await a.append('data', randomBytes(100))
  await a.append('data', Buffer.alloc(0))
  await a.append('data', observation({ tags: { long: 'x'.repeat(1024 * 1024) } }))
  await a.append('data', observation({}).subarray(0, 20))
  const ownership = (id: string) =>
    encode({
      schemaName: 'coreOwnership',
      ...common(id),
      ...Object.fromEntries(
        ['auth', 'config', 'data', 'blob', 'blobIndex'].map((ns) => [`${ns}CoreId`, docId()])
      ),
      identitySignature: randomBytes(64),
      coreSignatures: Object.fromEntries(
        ['auth', 'config', 'data', 'blob', 'blobIndex'].map((ns) => [ns, randomBytes(64)])
      )
    } as never)
  const accepted = await a.append('auth', ownership(a.deviceId))
  await a.append('auth', ownership(a.deviceId))
  await a.append('auth', ownership(docId()))
  const kept = await a.observe()
  const mirror = await project.mirror(t)
  const counts = await mirror.counts()
  t.match(counts, {
    projectSettings: { current: 0 },
    observation: { current: 1 },
    coreOwnership: { current: 1 }
  })
  t.match(await mirror.document('coreOwnership', a.deviceId), { versionId: accepted, forks: [] })
  t.match((await mirror.observations({ limit: 9 })).items, [{ versionId: kept }])
  t.equal(await mirror.projectSettings(), null)
  await a.append('config', settings())
  await mirror.caughtUp()
  t.match(await mirror.projectSettings(), { name: 'P' })
})

t.test('positions and times that mean nothing break nothing', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const strange = [
    { lat: 500, lon: 0 },
    { lat: NaN, lon: 1 },
    { createdAt: '1901-01-01T00:00:00.000Z', updatedAt: '-000500-01-01T00:00:00.000Z' },
    { createdAt: '+012345-01-01T00:00:00.000Z' }
  ]
  for (const fields of strange) await a.observe(fields)
  const mirror = await project.mirror(t)
  t.equal((await mirror.observations({ limit: 9 })).items.length, strange.length)
  const bbox = { west: -180, south: -90, east: 180, north: 90 }
  t.equal((await mirror.observations({ limit: 9, bbox })).items.length, 0)
})

t.test(
  'a device is named by what it says under its id, or else under the key of its config core',
  async (t) => {
    const project = await Project.open(t)
    const [a, b, c] = [await project.author(), await project.author(), await project.author()]
    const named = (id: string, name: string) =>
      encode({ schemaName: 'deviceInfo', ...common(id), name, deviceType: 'mobile' } as never)
    await a.append('config', named(a.core('config').key, 'old name'))
    await a.append('config', named(a.deviceId, 'Ana'))
    await b.append('config', named(b.core('config').key, 'Beto'))
    await c.append('config', randomBytes(10))
    const mirror = await project.mirror(t)
    t.same(
      await mirror.deviceNames(),
      new Map([
        [a.deviceId, 'Ana'],
        [b.deviceId, 'Beto']
      ])
    )
  }
)

t.test('a batch that cannot be written is told of, changes nothing, and is made up for later', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  await a.observe()
  const core = await project.mirrorCore()
  const mirror = await project.mirror(t, core)
  const before = await entriesOf(core)
  const session = core.session.bind(core)
  core.session = (options) => {
    const made = session(options)
    made.append = () => Promise.reject(new Error('No space left'))
    return made
  }
  await a.observe()
  await t.rejects(mirror.caughtUp(), { message: 'No space left' })
  t.same(await entriesOf(core), before)
  core.session = session
  await mirror.caughtUp()
  t.match(await mirror.counts(), { observation: { current: 2 } })
})
