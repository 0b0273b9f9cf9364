import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { DeviceIdentity } from '../../../service/identity/device-identity.ts'
import { writeChecked } from '../../../service/storage/checked-file.ts'

const logger = pino({ level: 'silent' })

async function openIdentity(directory: string): Promise<DeviceIdentity> {
  const identity = new DeviceIdentity({ directory, logger })
  await identity.ready()
  return identity
}

async function directoryWithKey(t: Test): Promise<{ directory: string; deviceId: string }> {
  const directory = t.testdir()
  const { deviceId } = await openIdentity(directory)
  return { directory, deviceId }
}

t.test('derives what phones derive from the same root key', async (t) => {
  const directory = t.testdir({ keys: {} })
  const rootKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
  await writeChecked(join(directory, 'keys', 'root-key'), Buffer.concat([Buffer.of(1), rootKey]))
  const identity = await openIdentity(directory)
  t.equal(identity.deviceId, '8dfc007350d38a89779e969499939ed51c3c5f4bf3c861baba085a815834c554')
  t.equal(identity.keyPair.publicKey.toString('hex'), identity.deviceId)
  t.equal(
    identity.coreKeyPair('data', Buffer.alloc(32, 7)).publicKey.toString('hex'),
    '85d4d41788dc697db84ff17a4e972f32f5c0f73acc0e99a579114f5c9617b73c'
  )
})

t.test('is another device in every new directory, and the same one at every start', async (t) => {
  const { directory, deviceId } = await directoryWithKey(t)
  const again = await openIdentity(directory)
  const elsewhere = await openIdentity(join(directory, 'elsewhere'))
  t.match(deviceId, /^[0-9a-f]{64}$/)
  t.equal(again.deviceId, deviceId)
  t.not(elsewhere.deviceId, deviceId)
})

t.test('has one secret for each purpose, the same at every start', async (t) => {
  const { directory } = await directoryWithKey(t)
  const [first, again] = [await openIdentity(directory), await openIdentity(directory)]
  t.equal(first.readySecretFor('projects').byteLength, 32)
  t.same(first.readySecretFor('projects'), again.readySecretFor('projects'))
  t.notSame(first.readySecretFor('projects'), first.readySecretFor('ledger'))
  t.notSame(
    first.readySecretFor('identity'),
    first.keyPair.secretKey.subarray(0, 32),
    'no secret is a signing seed'
  )
})

t.test('keeps the key for its own user alone, also when a backup came with wider rights', async (t) => {
  const directory = t.testdir({ keys: {} })
  await openIdentity(directory)
  t.equal((await stat(join(directory, 'keys'))).mode & 0o777, 0o700)
  for (const name of ['root-key', 'root-key.copy']) {
    t.equal((await stat(join(directory, 'keys', name))).mode & 0o777, 0o600)
  }
})

for (const [name, other] of [
  ['root-key', 'root-key.copy'],
  ['root-key.copy', 'root-key']
] as const) {
  t.test(`a ${name} that is cut off, changed or gone is repaired from ${other}`, async (t) => {
    const { directory, deviceId } = await directoryWithKey(t)
    const path = join(directory, 'keys', name)
    const whole = await readFile(path)
    const flipped = Buffer.from(whole)
    flipped.writeUInt8(flipped.readUInt8(40) ^ 0x10, 40)
    for (const bytes of [Buffer.alloc(0), whole.subarray(0, 20), flipped, null]) {
      await (bytes === null ? rm(path) : writeFile(path, bytes))
      t.equal((await openIdentity(directory)).deviceId, deviceId)
      t.same(await readFile(path), whole)
    }
  })
}

t.test('a key that cannot be read is never replaced by another', async (t) => {
  const { directory } = await directoryWithKey(t)
  for (const name of ['root-key', 'root-key.copy']) await writeFile(join(directory, 'keys', name), '')
  await t.rejects(openIdentity(directory), { code: 'IDENTITY_DAMAGED', message: /from a backup/ })
  t.equal((await readFile(join(directory, 'keys', 'root-key'))).byteLength, 0)
})

t.test('a key that is gone is not made again while anything depends on it', async (t) => {
  for (const dependent of ['cores/db', 'keys/projects']) {
    const directory = join(t.testdirName, dependent.replace('/', '-'))
    await mkdir(join(directory, dependent), { recursive: true })
    await t.rejects(openIdentity(directory), { code: 'IDENTITY_DAMAGED' }, dependent)
  }
})

t.test('two copies of different keys are a question for a person', async (t) => {
  const { directory } = await directoryWithKey(t)
  await openIdentity(join(directory, 'other'))
  await cp(join(directory, 'other', 'keys', 'root-key'), join(directory, 'keys', 'root-key'))
  await t.rejects(openIdentity(directory), { code: 'IDENTITY_DAMAGED', message: /not the same/ })
})

t.test('what a cut left half written on the first start is no key', async (t) => {
  const directory = t.testdir({ keys: { 'root-key.0badcafe.tmp': 'half' } })
  const { deviceId } = await openIdentity(directory)
  t.equal((await openIdentity(directory)).deviceId, deviceId)
})

t.test('hubs that start at the same moment on a new directory are one device', async (t) => {
  const directory = t.testdir()
  const identities = await Promise.all(Array.from({ length: 5 }, () => openIdentity(directory)))
  t.equal(new Set(identities.map(({ deviceId }) => deviceId)).size, 1)
  t.equal((await openIdentity(directory)).deviceId, identities[0]?.deviceId)
})
