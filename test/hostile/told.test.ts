import c from 'compact-encoding'
import Hypercore from 'hypercore'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'
import { until } from '../support/until.ts'
import type { Phone } from '../unit/sync/phone.ts'
import { Insight, Intruder } from './intruder.ts'
import type { Transcript } from './transcript.ts'

/** What the hub sends of a Noise XX handshake, and the header of its stream, each with three bytes of length. */
const HANDSHAKE_BYTES = 3 + 96 + 3 + 56

/** A byte of flags, and the proof that one knows the key of a core. */
const CAPABILITY_BYTES = 33

/** What anybody is told who connects: that this is a device, and that it does not have what he asks for. */
const TOLD_TO_ANYBODY = [
  'opens mapeo/rpc',
  'rpc DeviceInfo',
  'rejects a channel',
  'opens waystation/are-you-there'
]

/** And whoever knows the key of the project: who is in it, in cores that are encrypted with another key. */
const TOLD_OF_AUTH =
  /^(opens|closes|sync of|block of|range of|bitfield of|want of|unwant of|request of|cancel of|noData of) auth of \w+$/
/** That there is a core, and not whose, with no proof that he knows it: nothing follows. */
const THAT_THERE_IS_A_CORE = /^opens hypercore\/alpha [0-9a-f]{64}$/
const TOLD_TO_WHO_IS_IN = ['extension mapeo/download-intent', 'keys of auth cores', 'have of auth']

const beyond = (said: readonly string[], allowed: readonly (string | RegExp)[]) =>
  said.filter((what) => !allowed.some((one) => (typeof one === 'string' ? one === what : one.test(what))))

/** Of all that was said from some moment on. */
const isNamedIn = (transcript: Transcript, from: number, key: string) =>
  transcript.statements.slice(from).some(({ keys }) => keys.includes(key))

t.test('each is told what he may know, and no byte more', async (t) => {
  const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'])
  const [ana, ben] = campers
  for (const camper of campers) await goOnline(camper, hub)
  const insight = new Insight(await ben.phone.joinDetails())
  const names = new Map([
    [ana.phone.deviceId, 'Ana'],
    [ben.phone.deviceId, 'Ben'],
    [hub.deviceId, 'hub']
  ])
  const makeNews = async () => {
    const taken = await ana.project.observe({ photos: 1, tags: { secret: 'place' } })
    await ben.project.waitForVersions([taken])
    await ben.project.waitForPhotos(taken.photos, 'original')
  }
  await makeNews()

  const mallory = await Intruder.make(t, insight)
  const { deviceId } = mallory.device
  await ana.project.assignRole(deviceId, 'member')
  const { phone, transcript } = await mallory.dial(t, hub)
  await phone.openProject()
  phone.exchange()
  await until(() => phone.keysTold.flat().length >= 3)
  for (const key of new Set(phone.keysTold.flat())) {
    if (key === mallory.device.keyOf('auth')) continue
    await insight.read(phone, Buffer.from(key, 'hex'), (id) => names.get(id) ?? 'somebody')
  }

  await t.test('a member is told everything, so that this test sees what there is to see', async (t) => {
    const cores = await mallory.askForEverything(phone)
    const expected = ['data of Ana', 'blob of Ana', 'auth of Ben', 'config of hub']
    await until(() => expected.every((what) => transcript.said().includes(`block of ${what}`)))
    await until(() => cores.every((core) => core.contiguousLength === core.length))
    const said = transcript.said()
    t.ok(said.includes('have of data'))
    t.same(
      said.filter((what) => /unknown|no message|did not open/.test(what)),
      []
    )
    const { socket } = phone.line
    t.equal(socket.bytesRead - transcript.wireBytes, HANDSHAKE_BYTES, 'and no byte is left out')
  })

  await t.test('a member who is removed is told that, and of nothing that comes after', async (t) => {
    await ana.project.assignRole(deviceId, 'blocked')
    await ben.project.waitForMember(deviceId, { role: 'blocked' })
    await phone.listen()
    const removedAt = transcript.statements.length
    await makeNews()
    const dora = await Intruder.make(t, insight)
    await ana.project.assignRole(dora.device.deviceId, 'member')
    const joining = await dora.dial(t, hub)
    await joining.phone.openProject()
    joining.phone.exchange()
    await until(() => joining.phone.haves.some(({ namespace }) => namespace === 'data'))
    await phone.listen()
    t.same(beyond(transcript.said(removedAt), [...TOLD_TO_ANYBODY, TOLD_OF_AUTH, THAT_THERE_IS_A_CORE]), [])
    t.notOk(isNamedIn(transcript, removedAt, dora.device.keyOf('auth')), 'nor who came after')

    const again = await mallory.dial(t, hub)
    await mallory.askForEverything(again.phone)
    await makeNews()
    await again.phone.listen()
    t.same(
      beyond(again.transcript.said(), [
        ...TOLD_TO_ANYBODY,
        TOLD_OF_AUTH,
        THAT_THERE_IS_A_CORE,
        'extension mapeo/download-intent'
      ]),
      []
    )
    t.ok(again.transcript.said().includes('block of auth of Ana'), 'which is where it stands')
    t.notOk(isNamedIn(again.transcript, 0, dora.device.keyOf('auth')))
  })

  await t.test('who knows the key of the project and has no role is told who is in it', async (t) => {
    const thief = await Intruder.make(t, insight)
    const { phone, transcript } = await thief.dial(t, hub)
    await thief.askForEverything(phone)
    await until(() => transcript.said().includes('request of auth of himself'))
    await makeNews()
    await phone.listen()
    t.same(
      beyond(transcript.said(), [
        ...TOLD_TO_ANYBODY,
        ...TOLD_TO_WHO_IS_IN,
        TOLD_OF_AUTH,
        THAT_THERE_IS_A_CORE
      ]),
      []
    )
    for (const { name, namespace, key } of insight.cores) {
      if (namespace !== 'auth') t.notOk(transcript.bytes.includes(key), name)
    }
    await until(() =>
      thief.device.cores.auth.peers.some(({ remoteContiguousLength }) => remoteContiguousLength === 1)
    )
    t.ok(await isOnCard(hub.directory, mallory.device.keyOf('auth')), 'which of members is what the hub has')
    t.notOk(await isOnCard(hub.directory, thief.device.keyOf('auth')), 'and leaves nothing behind')
    t.notOk(await isOnCard(hub.directory, thief.device.deviceId))
  })

  await t.test(
    'who was never invited is told that this is a hub, whatever he has seen elsewhere',
    async (t) => {
      const elsewhere = new Insight({ ...(await ben.phone.joinDetails()), projectKey: randomBytes(32) })
      const stranger = await Intruder.make(t, elsewhere)
      const guesses = insight.cores.map(({ key }) => Hypercore.discoveryKey(key))
      for (const discoveryKey of [null, ...guesses]) {
        const { phone, transcript } = await stranger.dial(t, hub)
        phone.line.rpc.send('DeviceInfo', { name: 'Stranger', deviceType: 'mobile', features: [] })
        if (discoveryKey === null) {
          await makeNews()
          await phone.listen()
        } else {
          await pretendToKnow(phone, discoveryKey)
        }
        t.same(beyond(transcript.said(), TOLD_TO_ANYBODY), [])
        const secrets = [
          ...insight.cores.map(({ key }) => key),
          ...campers.map(({ phone }) => phone.deviceId)
        ]
        for (const secret of secrets) {
          const bytes = typeof secret === 'string' ? Buffer.from(secret, 'hex') : secret
          t.notOk(transcript.bytes.includes(bytes))
        }
        t.notOk(transcript.bytes.includes('Forest'))
        phone.line.socket.destroy()
      }
    }
  )
})

/** Whether any file of the hub holds these bytes: 32 of a key are in the database as they are. */
async function isOnCard(directory: string, key: string): Promise<boolean> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const content = await readFile(join(entry.parentPath, entry.name))
    if (content.includes(Buffer.from(key, 'hex'))) return true
  }
  return false
}

/** Opens the channel of a core without the proof that he knows its key; resolves when he was answered. */
async function pretendToKnow({ line }: Phone, discoveryKey: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    const channel = line.mux.createChannel({
      protocol: 'hypercore/alpha',
      id: discoveryKey,
      handshake: c.fixed(CAPABILITY_BYTES),
      onclose: () => resolve()
    })
    channel?.open(Buffer.concat([Buffer.of(1), randomBytes(CAPABILITY_BYTES - 1)]))
  })
}
