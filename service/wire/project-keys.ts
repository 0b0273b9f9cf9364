import { keyToInviteId, keyToPublicId } from '@mapeo/crypto'
import type { ProjectId } from '../ids.ts'

/** @returns what phones call the project: z-base-32 of a keyed hash of its key, 52 characters. It does not give the key away. */
export function projectIdOf(projectKey: Buffer): ProjectId {
  return keyToPublicId(projectKey) as ProjectId
}

/** @returns 32 bytes that name the project in an invite, to those who hold its key */
export function projectInviteIdOf(projectKey: Buffer): Buffer {
  return keyToInviteId(projectKey)
}

/** @returns hex of the key itself: the `docId` of the project's settings. As secret as the key: never logged or shown. */
export function internalProjectIdOf(projectKey: Buffer): string {
  return projectKey.toString('hex')
}
