import type { Clock } from '../clock.ts'
import { WaystationError } from '../errors.ts'
import type { DeviceId, Namespace } from '../ids.ts'
import type { Store } from '../storage/store.ts'
import type { ProjectSecrets } from './join-details.ts'
import { leftDocument } from './left-document.ts'
import type { Members } from './members.ts'
import { OwnDocuments, type SigningKeyPair } from './own-documents.ts'
import { OwnWriters } from './own-writers.ts'
import type { ProjectCore, ProjectCores } from './project-cores.ts'

/** Who the hub is in every project. */
export interface OwnDevice {
  readonly deviceId: DeviceId
  readonly identity: SigningKeyPair
}

/** What it takes to read the documents of a project, and to write the hub's own. */
export interface ProjectUnlock {
  secrets: ProjectSecrets
  /** Of the hub's own cores. */
  coreKeyPairs: Readonly<Record<Namespace, SigningKeyPair>>
}

/** What the hub itself writes into one project, while it has the keys to. */
export class OwnPart {
  readonly #own: OwnDevice
  readonly #clock: Clock
  readonly #writers: OwnWriters
  #documents: OwnDocuments | null = null

  /** @param parts.outboxPath where the bytes lie that are about to be appended to an own core */
  constructor(parts: {
    own: OwnDevice
    store: Store
    outboxPath: (namespace: Namespace) => string
    clock: Clock
  }) {
    this.#own = parts.own
    this.#clock = parts.clock
    this.#writers = new OwnWriters(parts)
  }

  /** An append that a power cut interrupted is finished here: until then nothing of it was shown to anybody. */
  async open(
    cores: Readonly<Record<'auth' | 'config', ProjectCore>>,
    authKey: Buffer,
    { secrets, coreKeyPairs }: ProjectUnlock
  ): Promise<void> {
    const open = async (namespace: 'auth' | 'config', encryptionKey: Buffer) => {
      const core = cores[namespace]
      return { core, writer: await this.#writers.open(core, coreKeyPairs[namespace], encryptionKey) }
    }
    this.#documents = new OwnDocuments({
      ...this.#own,
      coreKeyPairs,
      auth: await open('auth', authKey),
      config: await open('config', secrets.encryptionKeys.config),
      clock: this.#clock
    })
  }

  /** Lets go of the keys. */
  async close(): Promise<void> {
    this.#documents = null
    await this.#writers.close()
  }

  /**
   * Writes who owns the hub's cores and what it is called, where that does not stand there yet.
   * @throws HUB_LOCKED
   */
  async write(hubName: string): Promise<void> {
    if (this.#documents === null) throw new WaystationError('HUB_LOCKED')
    await this.#documents.write(hubName)
  }

  /**
   * Writes that the hub has left, unless that stands there or the hub was removed. On the card when it resolves.
   * @param auth the hub's own auth core, and who reads it
   * @throws CORE_SHORT while the core lacks blocks that it had
   */
  async tellLeft(
    auth: { core: ProjectCore; keyPair: SigningKeyPair; authKey: Buffer; read: () => Promise<void> },
    { members, cores }: { members: Members; cores: ProjectCores }
  ): Promise<void> {
    const { deviceId } = this.#own
    const writer = await this.#writers.open(auth.core, auth.keyPair, auth.authKey)
    try {
      // The last run may have got as far as the outbox: what stood there is in the core now.
      await auth.read()
      const { length } = auth.core.core
      const role = members.roleOf(deviceId)
      // A device that has never said who it is has nothing to take back.
      if (length === 0 || role === 'left' || role === 'blocked') return
      const replacing = members.standingRolesOf(deviceId)
      const [first] = replacing
      const former = first === undefined ? null : await cores.documentAt(first.versionId)
      const document = leftDocument({
        deviceId,
        replacing,
        former: former?.schemaName === 'role' ? former : null,
        fromIndex: length,
        now: this.#clock.now()
      })
      await writer.append([document])
    } finally {
      await this.#writers.close()
    }
  }
}
