import type { ProjectSession } from '../../sync/project-session.ts'
import { NOTHING, plus, type Tally } from '../../sync/tally.ts'
import type { DeviceView, Progress } from '../status-schemas.ts'

/** What the board says of a device by how far its exchanges are; the first that fits. */
const BY_PHASE = [
  ['exchanging', 'exchanging'],
  ['waiting', 'waiting'],
  ['settled', 'exchanging'],
  ['proving', 'found'],
  ['up-to-date', 'up-to-date'],
  ['refused', 'unknown-project']
] as const

/** @param sessions of one connected device, at least one */
export function stateOf(sessions: readonly ProjectSession[]): DeviceView['state'] {
  const phases = new Set(sessions.map(({ phase }) => phase))
  return BY_PHASE.find(([phase]) => phases.has(phase))?.[1] ?? 'found'
}

/** What has crossed and what is still to, over several sessions. Null when there is none. */
export function progressOf(sessions: readonly ProjectSession[]): Progress | null {
  if (sessions.length === 0) return null
  const sum = (of: (session: ProjectSession) => Tally) => sessions.map(of).reduce(plus, NOTHING)
  return {
    toHub: { done: sum(({ traffic }) => traffic.toHub), wanted: sum(({ gaps }) => gaps.toHub) },
    fromHub: { done: sum(({ traffic }) => traffic.fromHub), wanted: sum(({ gaps }) => gaps.fromHub) }
  }
}

/** Previews only as soon as one exchange says so: that is a setting of the app, for all its projects. */
export function wantsOf(sessions: readonly ProjectSession[]): DeviceView['wants'] {
  const said = sessions.map(({ wantsEverything }) => wantsEverything).filter((wants) => wants !== null)
  if (said.length === 0) return null
  return said.every(Boolean) ? 'everything' : 'previews'
}
