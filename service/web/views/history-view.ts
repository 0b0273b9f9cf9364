import type { VersionId } from '../../ids.ts'
import type { Catalog } from '../../mirror/catalog.ts'
import type { MirrorDocument } from '../../mirror/document-queries.ts'
import type { VersionView } from '../document-schemas.ts'
import { instant } from './observation-view.ts'

type Told = MirrorDocument<'observation'> | MirrorDocument<'track'>
type Change = VersionView['changes'][number]

/** Versions of one document that are shown; the others are counted. */
const VERSIONS_SHOWN = 100

/**
 * What became of a document: who wrote which version when, and what it changed against the version that it was made from.
 * @param versions as `historyOf` gives them: the winner, its forks, then the others
 */
export function historyView(
  versions: readonly Told[],
  { catalog, language, winner }: { catalog: Catalog; language: string; winner: string }
): { versions: VersionView[]; versionsTotal: number } {
  const byId = new Map(versions.map((version) => [version.versionId, version]))
  const linked = new Set(versions.flatMap(({ links }) => links))
  const newestFirst = [...versions].sort((a, b) =>
    a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0
  )
  const views = newestFirst.slice(0, VERSIONS_SHOWN).map((version): VersionView => {
    const before = version.links.map((link) => byId.get(link)).find((one) => one !== undefined)
    const isHead = !linked.has(version.versionId)
    return {
      versionId: version.versionId as VersionId,
      at: instant(version.updatedAt),
      by: version.updatedBy,
      state: version.versionId === winner ? 'current' : isHead ? 'fork' : 'past',
      deleted: version.deleted,
      changes: before === undefined ? [] : changesOf(before, version, catalog, language)
    }
  })
  return { versions: views, versionsTotal: versions.length }
}

function changesOf(before: Told, after: Told, catalog: Catalog, language: string): Change[] {
  const changes: Change[] = []
  const note = (
    what: Change['what'],
    from: string | null,
    to: string | null,
    label: string | null = null
  ) => {
    if (from !== to) changes.push({ what, label, before: from, after: to })
  }
  note('deleted', before.deleted ? 'yes' : null, after.deleted ? 'yes' : null)
  note('category', categoryOf(before, catalog, language), categoryOf(after, catalog, language))
  note('position', positionText(before), positionText(after))
  note('files', filesText(before), filesText(after))
  for (const key of new Set([...Object.keys(before.tags), ...Object.keys(after.tags)])) {
    const text = ({ tags }: Told) =>
      tags[key] === undefined || tags[key] === null ? null : catalog.valueOf(key, tags[key], language)
    note('field', text(before), text(after), catalog.labelOf(key, language) ?? key)
  }
  return changes
}

function categoryOf({ presetRef }: Told, catalog: Catalog, language: string): string | null {
  if (presetRef === undefined) return null
  const preset = catalog.categories.get(presetRef.docId)
  return preset === undefined ? presetRef.docId.slice(0, 8) : catalog.nameOf(preset, language)
}

function positionText(document: Told): string | null {
  if (document.schemaName === 'track') return `${document.locations.length}`
  return document.lat === undefined || document.lon === undefined ? null : `${document.lat}, ${document.lon}`
}

function filesText(document: Told): string | null {
  return document.schemaName === 'observation' ? `${document.attachments.length}` : null
}
