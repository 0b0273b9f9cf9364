import type { CategoryView } from '../../../service/web/document-schemas.ts'
import { spoken } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded, type Reading } from '../../model/use-loaded.ts'
import { readTable, type ObservationTable } from './table.ts'

/** What the views of one project share. */
export interface ProjectData {
  readonly projectId: string
  readonly table: ObservationTable
  readonly categories: ReadonlyMap<string, CategoryView>
}

let kept: { readonly key: string; readonly data: Promise<ProjectData> } | null = null

/**
 * Reads a project, or gives what was read for the view before: going from an observation back to the list must not load
 * 100,000 rows again.
 * @throws Refused
 */
function readProject(projectId: string): Promise<ProjectData> {
  const language = spoken.value.tag
  const key = `${projectId} ${language}`
  if (kept?.key === key) return kept.data
  const data = Promise.all([
    readTable(projectId),
    get<CategoryView[]>(`/api/projects/${projectId}/categories?lang=${language}`)
  ]).then(([table, categories]) => ({
    projectId,
    table,
    categories: new Map(categories.map((category) => [category.docId, category]))
  }))
  kept = { key, data }
  data.catch(() => {
    if (kept?.data === data) kept = null
  })
  return data
}

export function useProject(projectId: string): Reading<ProjectData> {
  const reading = useLoaded(() => readProject(projectId), [projectId, spoken.value.tag])
  return {
    ...reading,
    reload: () => {
      kept = null
      reading.reload()
    }
  }
}
