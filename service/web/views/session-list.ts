import type { Projects } from '../../projects/projects.ts'
import type { ExchangeTotals } from '../../sync/exchange-totals.ts'
import type { SessionHistory, SessionRecord } from '../../sync/session-history.ts'
import type { SessionService } from '../services.ts'
import type { SessionView, TotalsView } from '../session-schemas.ts'

/** The history of exchanges as the office sees it. */
export class SessionList implements SessionService {
  readonly #history: SessionHistory
  readonly #totals: ExchangeTotals
  readonly #projects: Projects

  constructor(parts: { history: SessionHistory; totals: ExchangeTotals; projects: Projects }) {
    this.#history = parts.history
    this.#totals = parts.totals
    this.#projects = parts.projects
  }

  async list({ limit }: { limit: number }): Promise<SessionView[]> {
    return this.#history
      .list()
      .slice(0, limit)
      .map((record) => this.view(record))
  }

  async totals({ today, week }: { today: string; week: string }): Promise<TotalsView> {
    const since = (instant: string) => this.#totals.since(new Date(instant).toISOString())
    return { today: since(today), week: since(week), ever: this.#totals.ever }
  }

  view(record: SessionRecord): SessionView {
    const { id, deviceId, deviceName, projectId, startedAt, endedAt, toHub, fromHub, complete } = record
    const isOpen = endedAt === null && this.#history.isOpen(id)
    return {
      id,
      device: { id: deviceId, name: deviceName },
      project: { id: projectId, name: this.#projects.find(projectId)?.secrets?.name ?? null },
      startedAt,
      endedAt,
      toHub,
      fromHub,
      outcome: isOpen ? 'open' : complete ? 'up-to-date' : 'interrupted'
    }
  }
}
