import type { Config } from '../../config.ts'
import type { DeviceId } from '../../ids.ts'
import type { Mirrors } from '../../mirror/mirrors.ts'
import type { Projects } from '../../projects/projects.ts'
import type { SessionHistory } from '../../sync/session-history.ts'
import type { LogBuffer, LogLine } from '../../system/log-buffer.ts'
import type { SystemView } from '../system-schemas.ts'

const LINES = 2_000
const SESSIONS = 500

/**
 * Fields of log lines that are told, where their values are these: numbers and words that the hub's own code chooses.
 * Everything else may come from a phone or a person and stays here, the message of an error among it.
 */
const TOLD_FIELDS = new Set([
  'bytes',
  'code',
  'count',
  'held',
  'members',
  'origin',
  'outcome',
  'port',
  'promised',
  'signal',
  'state',
  'unclean'
])

/** What people who help from afar need to know of a hub. No keys, no positions, nothing that was collected. */
export class SupportBundle {
  readonly #config: Config
  readonly #log: LogBuffer
  readonly #projects: Projects
  readonly #mirrors: Mirrors
  readonly #history: SessionHistory

  constructor(parts: {
    config: Config
    log: LogBuffer
    projects: Projects
    mirrors: Mirrors
    history: SessionHistory
  }) {
    this.#config = parts.config
    this.#log = parts.log
    this.#projects = parts.projects
    this.#mirrors = parts.mirrors
    this.#history = parts.history
  }

  /** @param options.names whether devices and projects are named; without, they are numbered */
  async content({ names, system }: { names: boolean; system: SystemView }): Promise<object> {
    const devices = new Numbers('device')
    const projects = this.#projects.all()
    const projectNumbers = new Numbers('project')
    const deviceOf = (id: DeviceId, name: string | null) => ({
      device: devices.of(id),
      ...(names && { deviceName: name })
    })
    return {
      about: 'Support bundle of a Waystation hub. It holds no keys, no positions and no observations.',
      names,
      system,
      settings: {
        network: this.#config.network,
        invites: this.#config.invites,
        mdns: this.#config.mdns
      },
      projects: await Promise.all(
        projects.map(async (project) => {
          const mirror = this.#mirrors.find(project.id)
          return {
            project: projectNumbers.of(project.id),
            ...(names && { projectName: project.secrets?.name ?? null }),
            role: project.ownRole,
            members: project.members.proven().length,
            cores: project.cores.all().map(({ namespace, core, owner }) => ({
              namespace,
              device: owner === null ? null : devices.of(owner),
              length: core.length,
              contiguous: core.contiguousLength
            })),
            mirror:
              mirror === undefined ? null : { current: mirror.isCurrent, documents: await mirror.counts() }
          }
        })
      ),
      sessions: this.#history
        .list()
        .slice(0, SESSIONS)
        .map(({ deviceId, deviceName, projectId, startedAt, endedAt, toHub, fromHub, complete }) => ({
          ...deviceOf(deviceId, deviceName),
          project: projectNumbers.of(projectId),
          startedAt,
          endedAt,
          toHub,
          fromHub,
          complete
        })),
      log: this.#log.recent({ level: 'debug', limit: LINES }).map(toldLine)
    }
  }
}

/** The same thing has the same number all over the bundle, and no number says anything of it. */
class Numbers {
  readonly #word: string
  readonly #known = new Map<string, string>()

  constructor(word: string) {
    this.#word = word
  }

  of(id: string): string {
    const known = this.#known.get(id) ?? `${this.#word} ${this.#known.size + 1}`
    this.#known.set(id, known)
    return known
  }
}

function toldLine({ level, time, msg, part, err, ...fields }: LogLine): object {
  const told = Object.entries(fields).filter(([name, value]) => TOLD_FIELDS.has(name) && isPlain(value))
  // Without a message of its own a line has that of its error.
  const message = msg === messageOf(err) ? null : msg
  return {
    level,
    time,
    part,
    msg: message,
    ...Object.fromEntries(told),
    ...(err !== undefined && { err: toldError(err) })
  }
}

function messageOf(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'message' in err ? err.message : undefined
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
}

/** Its code and where it arose. Its message may hold what somebody wrote. */
function toldError(err: unknown): object {
  const { type, code, stack } = (typeof err === 'object' && err !== null ? err : {}) as Record<
    string,
    unknown
  >
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
  return { type, code, stack: frames.map((line) => line.trim()) }
}
