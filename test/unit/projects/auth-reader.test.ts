import Hypercore from 'hypercore'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  AuthReader,
  MAX_AT_ONCE,
  MAX_AUTH_BLOCK_BYTES,
  MAX_AUTH_BLOCKS,
  type AuthDocument
} from '../../../service/projects/auth-reader.ts'
import { makeDirectory } from '../../support/directory.ts'
import { until } from '../../support/until.ts'
import { openStore } from '../storage/open-store.ts'
import { Device, makeProject } from './device.ts'
import { replicate } from './meet.ts'

/** A device, and the hub's copy of its auth core, which is empty and connected. */
async function openCopy(t: Test) {
  const made = makeProject()
  const device = await Device.open(t, made)
  const store = await openStore(t, join(t.testdirName, 'hub'))
  const core = new Hypercore(store.cores, device.cores.auth.key, {
    compat: true,
    encryption: { key: made.details.encryptionKeys.auth }
  })
  await core.ready()
  t.teardown(() => core.close())
  return { device, core }
}

function read(core: Hypercore) {
  const documents: AuthDocument[] = []
  const errors: unknown[] = []
  const reader = new AuthReader({
    core,
    onDocuments: (more) => documents.push(...more),
    onError: (error) => errors.push(error)
  })
  return { reader, documents, errors }
}

const indexes = (documents: AuthDocument[]) => documents.map(({ index }) => index)

t.test('reads what is there, and then each document when it comes, whatever the order', async (t) => {
  makeDirectory(t)
  const { device, core } = await openCopy(t)
  await device.writeOwnership()
  for (let i = 0; i < 4; i++) await device.writeRole(device.deviceId, 'member')
  replicate(t, core, device.cores.auth)
  await core.get(2)
  const { reader, documents, errors } = read(core)
  await reader.look()
  t.same(indexes(documents), [2])
  for (const index of [4, 0]) {
    await core.get(index)
    await until(() => indexes(documents).includes(index))
  }
  await reader.look()
  t.same(indexes(documents), [2, 4, 0], 'none of them twice')
  t.match(documents.at(-1)?.document, { schemaName: 'coreOwnership' })
  t.same(errors, [])
})

t.test('a block that is no document is passed over', async (t) => {
  makeDirectory(t)
  const { device } = await openCopy(t)
  await device.cores.auth.append([Buffer.from('nothing'), device.ownership()])
  const { reader, documents } = read(device.cores.auth)
  await reader.look()
  t.same(indexes(documents), [1])
})

t.test('a block that is longer than any honest document is passed over', async (t) => {
  makeDirectory(t)
  const { device } = await openCopy(t)
  const long = Buffer.concat([device.ownership(), Buffer.alloc(MAX_AUTH_BLOCK_BYTES)])
  await device.cores.auth.append([long, device.ownership()])
  const { reader, documents } = read(device.cores.auth)
  await reader.look()
  t.same(indexes(documents), [1])
})

t.test('of a core without end the first blocks are read', async (t) => {
  makeDirectory(t)
  const { device } = await openCopy(t)
  const { auth } = device.cores
  await auth.append(Array.from({ length: MAX_AUTH_BLOCKS - 1 }, () => Buffer.from('x')))
  await auth.append([device.ownership(), device.ownership()])
  const { reader, documents } = read(auth)
  await reader.look()
  await reader.look()
  t.same(indexes(documents), [MAX_AUTH_BLOCKS - 1])
})

t.test('a long core is handed over in parts', async (t) => {
  makeDirectory(t)
  const { device } = await openCopy(t)
  const { auth } = device.cores
  const block = device.ownership()
  await auth.append(Array.from({ length: 2 * MAX_AT_ONCE + 1 }, () => block))
  const parts: number[] = []
  const onDocuments = ({ length }: AuthDocument[]) => void parts.push(length)
  await new AuthReader({ core: auth, onDocuments, onError: () => t.fail() }).look()
  t.same(parts, [MAX_AT_ONCE, MAX_AT_ONCE, 1])
})

t.test('a burst of blocks is read in a few looks', async (t) => {
  makeDirectory(t)
  const { device } = await openCopy(t)
  const { auth } = device.cores
  const { documents } = read(auth)
  const { bitfield } = auth.core
  const looks = t.capture(bitfield, 'firstSet', bitfield.firstSet.bind(bitfield))
  for (let i = 0; i < 50; i++) auth.emit('append')
  await device.writeOwnership()
  await until(() => documents.length === 1)
  t.ok(looks().filter(({ args: [from] }) => from === 0).length <= 3)
})

t.test('looks only at blocks that are here, however long the author says the core is', async (t) => {
  makeDirectory(t)
  const { device, core } = await openCopy(t)
  await device.cores.auth.append(Array.from({ length: 5_000 }, () => Buffer.from('x')))
  replicate(t, core, device.cores.auth)
  await core.get(4_999)
  t.equal(core.length, 5_000)
  const asked = t.capture(core, 'get', core.get.bind(core))
  await read(core).reader.look()
  t.equal(asked().length, 1)
})

t.test('reads nothing any more once it has stopped, and lets the core be closed', async (t) => {
  makeDirectory(t)
  const { device, core } = await openCopy(t)
  for (let i = 0; i < 20; i++) await device.writeRole(device.deviceId, 'member')
  replicate(t, core, device.cores.auth)
  for (let i = 0; i < 20; i++) await core.get(i)
  const { reader, documents, errors } = read(core)
  let isLooking = true
  void reader.look().then(() => (isLooking = false))
  await reader.stop()
  t.notOk(isLooking)
  await core.close()
  t.same(documents, [])
  t.same(errors, [])
  t.equal(core.listenerCount('append'), 0)
  t.equal(core.listenerCount('download'), 0)
})
