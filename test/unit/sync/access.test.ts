import t from 'tap'
import { NAMESPACES } from '../../../service/ids.ts'
import type { Role } from '../../../service/projects/roles.ts'
import { mayLearnNewMembers, mayReceivePreHaves, namespacesFor } from '../../../service/sync/access.ts'

const ALL = [...NAMESPACES]
const TABLE: Record<Role, { namespaces: string[]; learnsMembers: boolean; preHaves: string[] }> = {
  creator: { namespaces: ALL, learnsMembers: true, preHaves: ALL },
  coordinator: { namespaces: ALL, learnsMembers: true, preHaves: ALL },
  member: { namespaces: ALL, learnsMembers: true, preHaves: ALL },
  none: { namespaces: ['auth'], learnsMembers: true, preHaves: ['auth'] },
  left: { namespaces: ['auth'], learnsMembers: false, preHaves: [] },
  blocked: { namespaces: ['auth'], learnsMembers: false, preHaves: [] }
}

for (const [role, { namespaces, learnsMembers, preHaves }] of Object.entries(TABLE) as [
  Role,
  (typeof TABLE)[Role]
][]) {
  t.test(`what a peer with the role ${role} gets`, (t) => {
    t.same([...namespacesFor(role)], namespaces)
    t.equal(mayLearnNewMembers(role), learnsMembers)
    t.same(
      NAMESPACES.filter((namespace) => mayReceivePreHaves(role, namespace)),
      preHaves
    )
    t.end()
  })
}
