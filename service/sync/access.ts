import { NAMESPACES } from '../ids.ts'
import type { Namespace } from '../ids.ts'
import type { Role } from '../projects/roles.ts'

const EVERYTHING: ReadonlySet<Namespace> = new Set(NAMESPACES)
const AUTH_ONLY: ReadonlySet<Namespace> = new Set<Namespace>(['auth'])

/**
 * Which cores a peer may replicate. The table of the CoMapeo peer protocol but for one thing: blocked peers keep `auth`, so
 * that they learn that they are blocked and stop by themselves. Devices that have proved that they know the project key but
 * have no role yet look there for the document that gives them one.
 */
export function namespacesFor(role: Role): ReadonlySet<Namespace> {
  switch (role) {
    case 'creator':
    case 'coordinator':
    case 'member':
      return EVERYTHING
    case 'none':
    case 'left':
    case 'blocked':
      return AUTH_ONLY
  }
}

/**
 * Whether a peer is told the auth core keys of devices that join. One that is about to join must be: its own role may lie in
 * the auth core of any coordinator. One that left or was blocked must not.
 */
export function mayLearnNewMembers(role: Role): boolean {
  return role !== 'left' && role !== 'blocked'
}

/**
 * Whether a peer is told what the hub holds in the cores of a namespace without having opened them. Each such message names a
 * core, so it goes to nobody who may not know of that core.
 */
export function mayReceivePreHaves(role: Role, namespace: Namespace): boolean {
  return mayLearnNewMembers(role) && namespacesFor(role).has(namespace)
}
