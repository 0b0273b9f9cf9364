/**
 * What a device may do in a project. `none`: no role has been given yet. From the one that may most to the one that may
 * least; between `none` and `left` the latter, because it must not learn of members that come after it.
 */
const ROLES = ['creator', 'coordinator', 'member', 'none', 'left', 'blocked'] as const
export type Role = (typeof ROLES)[number]

/** Hex on the wire; never to be changed (CoMapeo peer protocol). `creator` and `none` are not to be found in documents. */
export const ROLE_IDS: Readonly<Record<Role, string>> = {
  creator: 'a12a6702b93bd7ff',
  coordinator: 'f7c150f5a3a9a855',
  member: '012fd2d431c0bf60',
  blocked: '9e6d29263cba36c9',
  left: '8ced989b1904606b',
  none: '08e4251e36f6e7ed'
}

/** @returns the role that may less */
export function stricterRole(a: Role, b: Role): Role {
  return ROLES.indexOf(a) > ROLES.indexOf(b) ? a : b
}

/** @returns the role that a role id stands for: one that is not known is `blocked` (CoMapeo peer protocol) */
export function roleOfId(roleId: string): Role {
  return ROLES.find((role) => ROLE_IDS[role] === roleId) ?? 'blocked'
}
