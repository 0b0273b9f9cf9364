import { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import { shortId, type CoreKey, type DeviceId } from '../ids.ts'
import { MAX_AUTH_CORES } from '../wire/project-extension.ts'
import type { AuthDocument } from './auth-reader.ts'
import { Owners } from './owners.ts'
import { checkOwnership, type Ownership } from './ownership.ts'
import type { RoleRecord } from './role-document.ts'
import { RoleRecords } from './role-records.ts'
import { resolveRoles, stricterRole, type ResolvedRole, type Role } from './roles.ts'

/**
 * Devices without a role whose ownership is remembered: their role may come later than they did. Whoever knows the project key
 * can make up as many as he likes.
 */
export const MAX_STRANGERS = 1_000

/**
 * Who is in one project and what each device may do, derived from the blocks of the auth cores and from nothing else.
 * Emits `changed` when a device was proved to own cores, or when a role is another.
 */
export class Members extends EventEmitter<{ changed: [] }> {
  readonly #ownDeviceId: DeviceId
  readonly #creatorKey: CoreKey
  readonly #owners: Owners
  readonly #logger: Logger
  readonly #roleRecords: RoleRecords
  #roles = new Map<DeviceId, ResolvedRole>()

  /**
   * @param parts.ownCores of the hub itself, when it knows them
   * @param parts.accepted ownerships that were accepted before, in that order: the first one of a device is final
   */
  constructor(parts: {
    ownDeviceId: DeviceId
    ownCores: Ownership['coreKeys'] | null
    creatorKey: CoreKey
    accepted: readonly Ownership[]
    logger: Logger
  }) {
    super()
    this.#ownDeviceId = parts.ownDeviceId
    this.#creatorKey = parts.creatorKey
    this.#roleRecords = new RoleRecords(parts.creatorKey)
    this.#logger = parts.logger
    this.#owners = new Owners(parts.accepted)
    if (parts.ownCores !== null) this.ownCoresAre(parts.ownCores)
  }

  /** The hub learns which cores are its own. */
  ownCoresAre(coreKeys: Ownership['coreKeys']): void {
    this.#owners.claim({ deviceId: this.#ownDeviceId, coreKeys })
  }

  /** Who owns a core, null while nobody has proved to. */
  ownerOf(key: CoreKey): DeviceId | null {
    return this.#owners.ownerOf(key)?.deviceId ?? null
  }

  coresOf(deviceId: DeviceId) {
    return this.#owners.coresOf(deviceId)
  }

  /** Where the checked and the plain reading of the documents differ, the one that may less. */
  roleOf(deviceId: DeviceId): Role {
    const resolved = this.#roles.get(deviceId)
    return resolved === undefined ? 'none' : stricterRole(resolved.role, resolved.plainRole)
  }

  /** The documents about the role of a device that no other one replaces: the next one replaces them. */
  standingRolesOf(deviceId: DeviceId): RoleRecord[] {
    const records = [...this.#roleRecords.byCore()].flatMap(([, records]) => records)
    const replaced = new Set(records.flatMap(({ links }) => links))
    return records.filter(({ subject, versionId }) => subject === deviceId && !replaced.has(versionId))
  }

  /** Whether a device takes part in the project now. */
  isActive(deviceId: DeviceId): boolean {
    return ['creator', 'coordinator', 'member'].includes(this.roleOf(deviceId))
  }

  /**
   * Devices that have both proved their cores and been given a role by somebody who may give it, also when they have lost it
   * since; of more than {@link MAX_AUTH_CORES} those that proved them first.
   */
  proven(): DeviceId[] {
    return this.#owners
      .deviceIds()
      .filter((deviceId) => this.roleOf(deviceId) !== 'none')
      .slice(0, MAX_AUTH_CORES)
  }

  /** Whether there are as many members as a project may have: whoever comes after them is not let in. */
  get isFull(): boolean {
    return this.proven().length === MAX_AUTH_CORES
  }

  /** The ownerships to keep over a restart, in the order in which they were accepted. */
  acceptedOwnerships(): Ownership[] {
    return this.#owners.toJSON().filter(({ deviceId }) => deviceId !== this.#ownDeviceId)
  }

  /**
   * What may be passed on to others: the creator's core, the hub's own, and those of proven members. A phone opens and
   * keeps whatever it is told of, so nothing unproven is passed on.
   */
  announceableAuthKeys(): CoreKey[] {
    const keys = new Set([this.#creatorKey])
    for (const deviceId of [this.#ownDeviceId, ...this.proven()]) {
      const auth = this.coresOf(deviceId)?.auth
      if (auth !== undefined) keys.add(auth)
    }
    return [...keys]
  }

  /**
   * Judges the first block of a core that somebody named.
   * @returns whether the core can be a member's. False is final.
   */
  claim(authCoreKey: CoreKey, documents: readonly AuthDocument[]): boolean {
    const first = documents.find(({ index }) => index === 0)?.document
    if (first === undefined) return true
    if (first.schemaName !== 'coreOwnership') return false
    const verdict = checkOwnership(first, authCoreKey)
    const outcome = 'fault' in verdict ? verdict.fault : this.#owners.claim(verdict.ownership)
    if (outcome === 'accepted') {
      this.#owners.forgetOldest(MAX_STRANGERS, (deviceId) => this.#isStranger(deviceId))
      this.#resolve()
    }
    if (outcome === 'accepted' || outcome === 'known') return true
    this.#logger.warn({ core: shortId(authCoreKey), outcome }, 'core ownership not accepted')
    return false
  }

  /** Takes in documents of an auth core that is kept. */
  learn(authCoreKey: CoreKey, documents: readonly AuthDocument[]): void {
    this.claim(authCoreKey, documents)
    const roles = documents
      .map(({ document }) => document)
      .filter((document) => document.schemaName === 'role')
    if (this.#roleRecords.add(authCoreKey, roles)) this.#resolve()
  }

  #isStranger(deviceId: DeviceId): boolean {
    return this.roleOf(deviceId) === 'none' && deviceId !== this.#ownDeviceId
  }

  #resolve(): void {
    const creatorDeviceId = this.ownerOf(this.#creatorKey)
    if (creatorDeviceId === null) return
    const documents = [...this.#roleRecords.byCore()].flatMap(([key, records]) => {
      const author = this.ownerOf(key)
      return author === null ? [] : records.map((record) => ({ ...record, author }))
    })
    this.#roles = resolveRoles({ creatorDeviceId, documents })
    this.emit('changed')
  }
}
