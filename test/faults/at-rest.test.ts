import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { KeyRing } from '../../service/identity/key-ring.ts'
import { DeviceIdentity } from '../../service/identity/device-identity.ts'
import { NAMESPACES } from '../../service/ids.ts'
import { ProjectVault } from '../../service/projects/project-vault.ts'
import { writeDurably } from '../../service/storage/durable-file.ts'
import { startPhone } from '../phones/phone.ts'
import { goOnline, inviteHub } from '../support/camp.ts'
import { HubOffice } from '../support/hub-office.ts'
import { startHub } from '../support/hub-process.ts'
import { CardImage, imagesMissing } from './card-image.ts'

const PASSPHRASE = 'the river is high'
const OBSERVATIONS = 240
const PHOTOS = 20
/** Of each photo, at different places. */
const SLICES = 5
const SLICE_BYTES = 24

/** Something that must not be on the card of a sealed hub, and what it is. */
type Marker = [what: string, bytes: Buffer]

/** Names of what was found, so that a failure says it. */
const foundIn = (sectors: Buffer, markers: readonly Marker[]) =>
  markers.filter(([, bytes]) => sectors.includes(bytes)).map(([what]) => what)

const inTwoForms = (what: string, key: Buffer): Marker[] => [
  [what, key],
  [`${what} in hex`, Buffer.from(key.toString('hex'))]
]

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

t.test(
  'nothing that people collected is on the card of a hub that was sealed, free space included',
  { skip: imagesMissing() },
  async (t) => {
    const card = await CardImage.make(t, { mebibytes: 192 })
    const directory = join(card.directory, 'hub')
    const hub = await startHub(t, { directory, name: 'Base camp' })
    const office = new HubOffice(hub)
    const phone = await startPhone(t, { version: '7.1.0', name: `Ana ${randomUUID()}` })
    const projectName = `Forest ${randomUUID()}`
    const project = await phone.createProject(projectName)
    await inviteHub({ phone, project }, hub)
    const markers: Marker[] = [
      ['name of the project', Buffer.from(projectName)],
      ['name of the phone', Buffer.from(phone.name)]
    ]

    // Half of it comes while the hub is open, the other half after it was sealed.
    const observeHalf = async () => {
      for (let count = 0; count < OBSERVATIONS / 2; count++) {
        const [lat, lon, text] = [-90 * Math.random(), -180 * Math.random(), randomUUID()]
        const photos = count < PHOTOS / 2 ? 1 : 0
        const taken = await project.observe({ lat, lon, tags: { text }, photos, photoBytes: 90_000 })
        const of = `of observation ${count}`
        markers.push([`text ${of}`, Buffer.from(text)], [`docId ${of}`, Buffer.from(taken.docId, 'hex')])
        markers.push([`latitude ${of}`, float64(lat)], [`longitude ${of}`, float64(lon)])
        for (const photo of taken.photos) pictures.push(photo)
      }
    }
    const pictures: Awaited<ReturnType<typeof project.observe>>['photos'] = []
    await observeHalf()
    await goOnline({ phone, project }, hub)
    await project.doneWith(hub.deviceId)
    const all = (count: number) =>
      office.until(`${count} observations`, async () =>
        (await office.project(project.id)).observations === count ? true : undefined
      )
    await all(OBSERVATIONS / 2)

    // What lies on the card of an open hub: this search finds it, so it can find something.
    const lying: Marker[] = [
      ['root key', (await readFile(join(directory, 'keys', 'root-key'))).subarray(33)],
      ['key of all secrets', secretOf(await readFile(join(directory, 'keys', 'seal-open')))]
    ]
    const deleted = randomBytes(SLICE_BYTES)
    await writeDurably(join(card.directory, 'deleted'), deleted)
    await phone.disconnect()
    await hub.stop()
    await rm(join(card.directory, 'deleted'))
    const open = await card.sectors()
    const findable: Marker[] = [...lying, ['a deleted file', deleted]]
    t.same(
      foundIn(open, findable),
      findable.map(([what]) => what)
    )
    await hub.start()

    const finished = hub.logged('nothing is left of the keys that the hub had while it was open')
    await office.claim(PASSPHRASE)
    await finished
    await observeHalf()
    await phone.dial(hub.address)
    await project.doneWith(hub.deviceId)
    await all(OBSERVATIONS)
    for (const picture of pictures) {
      const bytes = await office.photo(project.id, picture, 'original')
      if (bytes === null) return t.fail('a photo is missing')
      markers.push(['name of a photo', Buffer.from(picture.name)])
      for (let slice = 0; slice < SLICES; slice++) {
        const start = Math.floor((bytes.byteLength - SLICE_BYTES) * (slice / SLICES))
        markers.push([`slice ${slice} of a photo`, bytes.subarray(start, start + SLICE_BYTES)])
      }
    }
    await phone.disconnect()
    await hub.stop()
    markers.push(...lying, ...(await secretsOf(directory, project.id)))
    t.ok(markers.length > 1_000, `${markers.length} markers`)
    t.same(foundIn(await card.sectors(), markers), [])

    // Whoever holds the card can start a hub on it, and has the rights of the hub's own user.
    await hub.start()
    t.equal(await office.refusalOf(`/api/projects/${project.id}/observations`), 'MIRROR_CLOSED')
    t.match(await office.project(project.id), { name: null })
    await office.unlock(PASSPHRASE)
    t.equal(
      (await office.observations(project.id)).length,
      OBSERVATIONS,
      'and with the passphrase all is there'
    )
    for (const picture of pictures) t.ok(await office.photo(project.id, picture, 'original'))
  }
)

/** The secret half of the key that lies in a file of an open hub, as it is written there. */
function secretOf(file: Buffer): Buffer {
  const { secretKey } = JSON.parse(file.subarray(32).toString()) as { secretKey: string }
  return Buffer.from(secretKey)
}

/** Every secret key of a sealed hub, read as the hub reads them. */
async function secretsOf(directory: string, projectId: string): Promise<Marker[]> {
  const keysDirectory = join(directory, 'keys')
  const keyRing = new KeyRing({ directory: keysDirectory })
  await keyRing.ready()
  if (!(await keyRing.unlock(PASSPHRASE))) throw new Error('the hub has another passphrase')
  const identity = new DeviceIdentity({ directory, logger: pino({ level: 'silent' }) })
  await identity.ready()
  await identity.unlock(keyRing.secret('root-key'))
  const vault = new ProjectVault({
    directory: join(keysDirectory, 'ready'),
    key: identity.readySecretFor('projects'),
    secret: (name) => keyRing.secret(name)
  })
  const [keys] = await vault.list()
  if (keys === undefined) throw new Error('the hub is in no project')
  const { encryptionKeys } = await vault.secretsOf(projectId as Parameters<typeof vault.secretsOf>[0])
  const markers = Object.entries(encryptionKeys).flatMap(([ns, key]) => inTwoForms(`${ns} key`, key))
  for (const namespace of NAMESPACES) {
    const seed = identity.coreKeyPair(namespace, keys.projectKey).secretKey.subarray(0, 32)
    markers.push(...inTwoForms(`writer's key of the hub in ${namespace}`, seed))
  }
  for (const name of ['ledger', `mirrors/${projectId}`]) {
    const { encryptionKey, secretKey } = (await keyRing.secret(name).read()) as Record<string, string>
    for (const hex of [encryptionKey, secretKey?.slice(0, 64)]) {
      markers.push(...inTwoForms(name, Buffer.from(hex ?? '', 'hex')))
    }
  }
  await keyRing.close()
  return markers
}
