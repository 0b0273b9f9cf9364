import type { Namespace } from '../ids.ts'

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
