import type { CoreKey, Namespace } from '../ids.ts'

/** What an accepted invite brought: the keys of a project, and what its inviter called it. */
export interface JoinDetails {
  /** 32 bytes: the public key of the creator's auth core. */
  readonly projectKey: Buffer
  /** 32 bytes each. */
  readonly encryptionKeys: Readonly<Record<Namespace, Buffer>>
  /** Shown until the project's own settings have arrived. */
  readonly name: string
  readonly color: string | null
  readonly description: string | null
  /** Milliseconds since 1970, by the hub's clock. */
  readonly joinedAt: number
}

/** What is at hand of a project after power-on with nobody there: enough to know its members and to relay. */
export interface ProjectKeys {
  readonly projectKey: Buffer
  readonly authKey: Buffer
  readonly joinedAt: number
  /** The hub's own cores. Null when the hub was locked when it joined, until it is unlocked. */
  readonly ownCores: Readonly<Record<Namespace, CoreKey>> | null
  /** Null while the hub is in the project. */
  readonly departure: Departure | null
}

/** That the hub leaves a project, and how far that is: it was decided, and is carried out whatever comes between. */
export interface Departure {
  /** Milliseconds since 1970, by the hub's clock. */
  readonly at: number
  /** The hub has written that it left, and that is on the card. */
  readonly isTold: boolean
  /** Nothing is left of what the hub held, but for `auth` and what it wrote itself. */
  readonly isErased: boolean
  /** The core of the project's mirror, which is to be deleted while nobody can read which one that is. */
  readonly mirrorKey: CoreKey | null
}

/** Namespaces that only an unlocked hub reads. */
export type SecretNamespace = Exclude<Namespace, 'auth'>

/** What only an unlocked hub knows of a project. */
export interface ProjectSecrets {
  readonly encryptionKeys: Readonly<Record<SecretNamespace, Buffer>>
  readonly name: string
  readonly color: string | null
  readonly description: string | null
}
