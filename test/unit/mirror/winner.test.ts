import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { VersionId } from '../../../service/ids.ts'
import {
  versionCount,
  withVersions,
  type Version,
  type VersionSummary
} from '../../../service/mirror/winner.ts'

const version = (id: string, updatedAt: string, links: string[] = []): Version => ({
  versionId: id as VersionId,
  updatedAt,
  links: links as VersionId[]
})

const heads = (summary: VersionSummary) => summary.heads.map(({ versionId }) => versionId as string)

const TABLE: { name: string; versions: Version[]; heads: string[]; awaited?: string[] }[] = [
  { name: 'one version is the document', versions: [version('a/0', '1')], heads: ['a/0'] },
  {
    name: 'an edit takes the place of what it links to',
    versions: [version('a/0', '1'), version('a/1', '2', ['a/0'])],
    heads: ['a/1']
  },
  {
    name: 'an edit with an earlier time takes the place of what it links to',
    versions: [version('a/0', '5'), version('a/1', '2', ['a/0'])],
    heads: ['a/1']
  },
  {
    name: 'of two edits the later one wins and the other is a fork',
    versions: [version('a/0', '1'), version('b/0', '2', ['a/0']), version('c/0', '3', ['a/0'])],
    heads: ['c/0', 'b/0']
  },
  {
    name: 'of two edits at the same time the greater version id wins, as text',
    versions: [version('a/9', '1'), version('a/10', '1')],
    heads: ['a/9', 'a/10']
  },
  {
    name: 'times are compared as text: a year of five digits is written with a plus and loses',
    versions: [version('a/0', '2026-01-01T00:00:00.000Z'), version('b/0', '+010000-01-01T00:00:00.000Z')],
    heads: ['a/0', 'b/0']
  },
  {
    name: 'an edit that links to winner and forks merges them',
    versions: [version('a/0', '1'), version('b/0', '2'), version('c/0', '3', ['a/0', 'b/0'])],
    heads: ['c/0']
  },
  {
    name: 'a version that has not come is awaited',
    versions: [version('a/1', '2', ['a/0'])],
    heads: ['a/1'],
    awaited: ['a/0']
  },
  { name: 'a version that links to itself is no head', versions: [version('a/0', '1', ['a/0'])], heads: [] },
  {
    name: 'versions in a circle leave no head',
    versions: [version('a/0', '1', ['b/0']), version('b/0', '2', ['a/0'])],
    heads: []
  }
]

for (const { name, versions, heads: expected, awaited = [] } of TABLE) {
  t.test(name, async (t) => {
    for (const order of [versions, [...versions].reverse()]) {
      const summary = withVersions(null, order)
      t.same(heads(summary), expected)
      t.same(summary.awaited, awaited)
      t.equal(versionCount(summary), versions.length)
    }
  })
}

const ID = fc.constantFrom('a/0', 'a/1', 'a/2', 'a/10', 'b/0', 'b/1', 'c/0')
const VERSIONS = fc.uniqueArray(
  fc.record({
    id: ID,
    updatedAt: fc.constantFrom('1', '2', '3'),
    links: fc.uniqueArray(ID, { maxLength: 3 })
  }),
  { selector: ({ id }) => id }
)

t.test(
  'the state follows from the set of versions, whatever the order and however they are divided',
  async (t) => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(VERSIONS, fc.infiniteStream(fc.nat()), fc.nat(6), (drawn, random, cut) => {
          const versions = drawn.map(({ id, updatedAt, links }) => version(id, updatedAt, links))
          const shuffled = versions
            .map((one) => ({ one, rank: random.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => one)
          const known = withVersions(null, shuffled.slice(0, cut))
          // A version that is known already changes nothing.
          const state = withVersions(known, shuffled)
          const linked = new Set(versions.flatMap(({ links }) => links))
          const byRule = versions
            .filter(({ versionId }) => !linked.has(versionId))
            .sort((a, b) =>
              a.updatedAt === b.updatedAt
                ? a.versionId < b.versionId
                  ? 1
                  : -1
                : a.updatedAt < b.updatedAt
                  ? 1
                  : -1
            )
            .map(({ versionId }) => versionId as string)
          assert.deepEqual(heads(state), byRule)
          assert.deepEqual(state, withVersions(null, versions))
        }),
        { numRuns: 300 }
      )
    )
  }
)
