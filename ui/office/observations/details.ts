import { useEffect, useState } from 'preact/hooks'
import type { ObservationAtView } from '../../../service/web/document-schemas.ts'
import type { ObservationView } from '../../../service/web/observation-schemas.ts'
import { get } from '../../model/request.ts'
import { versionOf, type ObservationTable } from './table.ts'

/** As many as the API gives at once. */
const BATCH = 40

/** Observations that are kept for scrolling back. */
const KEPT = 1_000

/** A person who scrolls fast passes by: only where the list rests it is asked for. */
const REST_MS = 120

/** The observations behind the rows on the screen, as they come. */
export class Details {
  readonly #projectId: string
  readonly #table: ObservationTable
  readonly #known = new Map<string, ObservationView | null>()

  constructor(projectId: string, table: ObservationTable) {
    this.#projectId = projectId
    this.#table = table
  }

  /** Undefined until it is here; null when the hub has no such observation any more. */
  of(row: number): ObservationView | null | undefined {
    return this.#known.get(versionOf(this.#table, row))
  }

  /** @throws Refused */
  async read(rows: readonly number[]): Promise<void> {
    const versions = rows.map((row) => versionOf(this.#table, row)).filter((one) => !this.#known.has(one))
    for (let at = 0; at < versions.length; at += BATCH) await this.#read(versions.slice(at, at + BATCH))
  }

  async #read(versions: readonly string[]): Promise<void> {
    const path = `/api/projects/${this.#projectId}/observations/at?versions=${versions.join(',')}`
    for (const { version, observation } of await get<ObservationAtView[]>(path)) {
      this.#known.set(version, observation)
    }
    for (const version of this.#known.keys()) {
      if (this.#known.size <= KEPT) break
      this.#known.delete(version)
    }
  }
}

/** Asks for what is on the screen once it rests there, and draws again when it has come. */
export function useDetails(details: Details, rows: readonly number[]): void {
  const [, drawAgain] = useState(0)
  useEffect(() => {
    let isWanted = true
    const timer = window.setTimeout(() => {
      details.read(rows).then(
        () => isWanted && drawAgain((times) => times + 1),
        () => {
          // The page says above that the hub does not answer; the rows show what the table knows.
        }
      )
    }, REST_MS)
    return () => {
      isWanted = false
      window.clearTimeout(timer)
    }
  }, [details, rows[0], rows.length])
}
