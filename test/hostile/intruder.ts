import Hypercore from 'hypercore'
import { NAMESPACES, type Namespace } from '../../service/ids.ts'
import { decodeDocument } from '../../service/wire/documents.ts'
import type { JoinDetails } from '../phones/commands.ts'
import type { ReachableHub } from '../support/camp.ts'
import { Device, hexOf, type TestProject } from '../unit/projects/device.ts'
import { Phone } from '../unit/sync/phone.ts'
import { Transcript } from './transcript.ts'
import type { DeviceOwner } from '../support/device-owner.ts'

/** Long enough for the busiest machine: what does not come in this time does not come. */
const GIVE_UP_MS = 30_000

/** A core of a project, as somebody knows it who has read who owns what. */
interface KnownCore {
  readonly name: string
  readonly namespace: Namespace
  readonly key: Buffer
}

/** What those know of a project who have its secrets: which cores there are, and whose. */
export class Insight {
  readonly made: TestProject
  readonly cores: KnownCore[] = []
  readonly #names = new Map<string, string>()

  /** @param details as a phone got them with its invite */
  constructor({ projectKey, encryptionKeys }: JoinDetails) {
    const key = Buffer.from(projectKey)
    const secrets = Object.fromEntries(NAMESPACES.map((ns) => [ns, Buffer.from(encryptionKeys[ns] ?? [])]))
    this.made = {
      // Nobody but the creator has the secret half.
      keyPair: { publicKey: key, secretKey: Buffer.alloc(64) },
      details: {
        projectKey: key,
        encryptionKeys: secrets as TestProject['details']['encryptionKeys'],
        name: '',
        color: null,
        description: null,
        joinedAt: 0
      }
    }
  }

  readonly nameOf = (discoveryKey: string): string | undefined => this.#names.get(discoveryKey)

  /** Reads in the first block of an auth core which cores its owner has. */
  async read(phone: Phone, authKey: Buffer, whose: (deviceId: string) => string): Promise<void> {
    const core = await phone.openCore(authKey)
    const reader = core.session({ encryption: { key: this.made.details.encryptionKeys.auth } })
    const block = await reader.get(0, { timeout: GIVE_UP_MS })
    const ownership = block && decodeDocument(block, { discoveryKey: core.discoveryKey, index: 0 })
    await reader.close()
    if (ownership?.schemaName !== 'coreOwnership') throw new Error('The core does not begin with who owns it')
    for (const namespace of NAMESPACES) {
      const key = Buffer.from(ownership[`${namespace}CoreId`], 'hex')
      this.know({ namespace, key, name: `${namespace} of ${whose(ownership.docId)}` })
    }
  }

  know(core: KnownCore): void {
    this.#names.set(Hypercore.discoveryKey(core.key).toString('hex'), core.name)
    this.cores.push(core)
  }
}

/** Somebody who speaks the protocol and means harm: knows all cores, writes down all that he is given, and asks for more. */
export class Intruder {
  readonly device: Device
  readonly #insight: Insight

  private constructor(device: Device, insight: Insight) {
    this.device = device
    this.#insight = insight
  }

  static async make(t: DeviceOwner, insight: Insight): Promise<Intruder> {
    const device = await Device.open(t, insight.made)
    await device.writeOwnership()
    return new Intruder(device, insight)
  }

  async dial(
    t: DeviceOwner,
    hub: ReachableHub,
    from = '127.0.0.1'
  ): Promise<{ phone: Phone; transcript: Transcript }> {
    const own = new Map(
      NAMESPACES.map((ns) => [hexOf(this.device.cores[ns].discoveryKey), `${ns} of himself`])
    )
    const transcript = new Transcript((key) => own.get(key) ?? this.#insight.nameOf(key))
    const phone = await Phone.connect(t, hub.address.port, this.#insight.made, this.device, {
      onMessage: transcript.record,
      from
    })
    return { phone, transcript }
  }

  /** Opens the project and every core that there is, and asks for all of it. */
  async askForEverything(phone: Phone): Promise<Hypercore[]> {
    await phone.openProject()
    phone.exchange()
    return Promise.all(
      this.#insight.cores.map(async ({ key }) => {
        const core = await phone.openCore(key)
        core.download({ start: 0, end: -1 })
        return core
      })
    )
  }
}
