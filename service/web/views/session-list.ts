import type { Projects } from '../../projects/projects.ts'
import type { SessionHistory, SessionRecord } from '../../sync/session-history.ts'
import type { SessionService } from '../services.ts'
import type { SessionView } from '../session-schemas.ts'

/** The history of exchanges as the office sees it. */
export class SessionList implements SessionService {
  readonly #history: SessionHistory
  readonly #projects: Projects

  constructor(parts: { history: SessionHistory; projects: Projects }) {
    this.#history = parts.history
    this.#projects = parts.projects
  }

  async list({ limit }: { limit: number }): Promise<SessionView[]> {
    return this.#history
      .list()
      .slice(0, limit)
      .map((record) => this.view(record))
  }

  view(record: SessionRecord): SessionView {
    const { id, deviceId, deviceName, projectId, startedAt, endedAt, toHub, fromHub, complete } = record
    const isOpen = endedAt === null && this.#history.isOpen(id)
    return {
      id,
      device: { id: deviceId, name: deviceName },
      project: { id: projectId, name: this.#projects.find(projectId)?.details.name ?? null },
      startedAt,
      endedAt,
      toHub,
      fromHub,
      outcome: isOpen ? 'open' : complete ? 'up-to-date' : 'interrupted'
    }
  }
}
