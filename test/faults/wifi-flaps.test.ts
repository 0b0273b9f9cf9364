import t from 'tap'
import { Network, netnsMissing } from '../netns.ts'
import { startPhone, type Phone } from '../phones/phone.ts'
import type { PhoneProject } from '../phones/phone-project.ts'
import { startHub } from '../support/hub-process.ts'
import { inviteDirectly } from '../support/invite-directly.ts'
import { dialFound, placeOn, type PlaceOnNetwork } from '../support/place-on.ts'
import { random, randomMoment, rounds, seed } from './rounds.ts'

/** Some of these go by unnoticed: TCP sends again what was lost. */
const AWAY_MS = 1_500
const BEFORE_MS = 600
/** Large enough to be under way when the Wi-Fi goes. */
const PHOTO_BYTES = 3_000_000

/** A phone on a Wi-Fi that comes and goes. Like the app it browses and dials whenever it is not connected and there is a Wi-Fi. */
class FlappingPhone {
  readonly phone: Phone
  readonly #at: PlaceOnNetwork
  readonly #hubId: string
  #isEnded = false
  #up: Promise<void> = Promise.resolve()

  constructor(parts: { phone: Phone; at: PlaceOnNetwork; hubId: string }) {
    this.phone = parts.phone
    this.#at = parts.at
    this.#hubId = parts.hubId
  }

  /** Resolves when it is told to end. */
  async stayConnected(): Promise<void> {
    while (!this.#isEnded) {
      await this.phone.waitForPeer(this.#hubId, 'disconnected')
      await this.#up
      // The Wi-Fi may go again while it asks: then it asks again.
      if (!this.#isEnded) await dialFound(this.phone, this.#hubId).catch(() => {})
    }
  }

  async end(): Promise<void> {
    this.#isEnded = true
    await this.phone.disconnect()
  }

  /** @param isNoticed whether the phone sees it and closes its sockets, which the hub does not hear */
  async flap({ isNoticed, awayMs }: { isNoticed: boolean; awayMs: number }): Promise<void> {
    await this.phone.waitForPeer(this.#hubId, 'connected')
    await randomMoment(BEFORE_MS)
    const { namespace } = this.#at
    let isUp = () => {}
    this.#up = new Promise((resolve) => (isUp = resolve))
    await namespace.ip('link', 'set', 'wlan0', 'down')
    if (isNoticed) await this.phone.disconnect()
    await randomMoment(awayMs)
    await namespace.ip('link', 'set', 'wlan0', 'up')
    isUp()
  }
}

const versionsOf = (documents: readonly { versionId: string }[]) =>
  documents.map(({ versionId }) => versionId).sort()

t.test(
  `a Wi-Fi that comes and goes loses nothing, doubles nothing, and keeps no place for who is gone (seed ${seed})`,
  { skip: netnsMissing() },
  async (t) => {
    const network = await Network.create(t)
    const router = await placeOn(t, network, 1)
    const [anas, bens, coras] = [
      await placeOn(t, network, 11),
      await placeOn(t, network, 12),
      await placeOn(t, network, 13)
    ]
    // Noticing takes the hub half a minute, and a phone may wait for that.
    const limitMs = 300_000
    const [hub, ana, ben, cora] = await Promise.all([
      startHub(t, { namespace: router.place.namespace, mdns: 'on', built: true }),
      startPhone(t, { version: '7.1.0', name: 'Ana', place: anas.place, limitMs }),
      startPhone(t, { version: '5.5.0', name: 'Ben', place: bens.place, limitMs }),
      startPhone(t, { version: '7.1.0', name: 'Cora', place: coras.place, limitMs })
    ])
    const { deviceId } = hub
    const pids = [hub, ana, ben, cora].map(({ pid }) => pid)
    await dialFound(ana, deviceId)
    const anasProject = await ana.createProject('Forest')
    t.equal(await anasProject.invite(deviceId), 'ACCEPT')
    const bensProject = await inviteDirectly({ inviter: ana, project: anasProject }, ben)
    const corasProject = await inviteDirectly({ inviter: ana, project: anasProject }, cora)
    await Promise.all([ben.disconnect(), cora.disconnect()])
    await Promise.all([dialFound(ben, deviceId), dialFound(cora, deviceId)])
    const projects = new Map<Phone, PhoneProject>([
      [ana, anasProject],
      [ben, bensProject],
      [cora, corasProject]
    ])
    await Promise.all([...projects.values()].map((project) => project.startSync()))

    // Cora is gone in the middle of what the hub sends her, and no socket of hers is closed.
    const isCoraGone = hub.logged('device disconnected', { peer: deviceShort(cora) })
    const taken = await anasProject.observeMany(3, { photos: 1, photoBytes: PHOTO_BYTES })
    await corasProject.waitForCount('observation', 1)
    await coras.namespace.ip('link', 'set', 'wlan0', 'down')

    const flapping = [
      new FlappingPhone({ phone: ana, at: anas, hubId: deviceId }),
      new FlappingPhone({ phone: ben, at: bens, hubId: deviceId })
    ]
    const staying = flapping.map((one) => one.stayConnected())
    for (let flap = 0; flap < rounds(6); flap++) {
      const one = random.pick(flapping)
      const writer = projects.get(random.pick(flapping).phone)
      if (writer === undefined) return t.fail('everybody has the project')
      taken.push(...(await writer.observeMany(1 + random.below(2), { photos: 1, photoBytes: PHOTO_BYTES })))
      await one.flap({ isNoticed: random.below(2) === 0, awayMs: AWAY_MS })
    }

    const photos = taken.flatMap((document) => document.photos)
    const shows = async (project: PhoneProject, who: string) => {
      await project.waitForVersions(taken)
      t.same(
        await project.waitForPhotos(photos, 'original'),
        photos.map(({ sha256 }) => sha256.original),
        `${who} has every photo, byte for byte`
      )
      const shown = await project.observations()
      t.same(versionsOf(shown), versionsOf(taken), `${who} has every observation once`)
      t.ok(
        shown.every(({ forks }) => forks.length === 0),
        `${who} has no second version of any`
      )
      await project.doneWith(deviceId)
    }
    await shows(anasProject, 'Ana')
    await shows(bensProject, 'Ben')
    await Promise.all(flapping.map((one) => one.end()))
    await Promise.all(staying)

    await isCoraGone
    await cora.disconnect()
    await coras.namespace.ip('link', 'set', 'wlan0', 'up')
    await dialFound(cora, deviceId)
    await shows(corasProject, 'Cora, from the hub alone,')
    const count = (msg: string) =>
      hub.log.filter((line) => line.msg === msg && line['peer'] === deviceShort(cora)).length
    t.equal(count('device connected') - count('device disconnected'), 1, 'she has one place, and not two')
    t.same(
      [hub, ana, ben, cora].map(({ pid }) => pid),
      pids,
      'nothing had to be started again'
    )
  }
)

/** As the hub writes it in its log. */
function deviceShort({ deviceId }: Phone): string {
  return deviceId.slice(0, 7)
}
