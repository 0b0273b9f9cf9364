import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { CoreKey, DeviceId } from '../../../service/ids.ts'
import { ROLE_IDS } from '../../../service/projects/role.ts'
import { MAX_ROLE_RECORDS, RoleRecords } from '../../../service/projects/role-records.ts'
import type { DocumentOfKind } from '../../../service/wire/documents.ts'

type RoleDocument = DocumentOfKind<'role'>

const core = (name: string) => Buffer.alloc(32, name).toString('hex') as CoreKey
const [CREATOR, ANA, BEN] = [core('creator'), core('ana'), core('ben')]
const SUBJECT = randomBytes(32).toString('hex') as DeviceId
const WRITTEN_AT = '2026-05-01T00:00:00.000Z'

/** Documents as they lie in a core from one index to another. */
function written(key: CoreKey, from: number, to: number, links: readonly string[] = []): RoleDocument[] {
  return Array.from({ length: to - from }, (_, offset) => ({
    schemaName: 'role',
    docId: SUBJECT,
    versionId: `${key}/${from + offset}`,
    originalVersionId: `${key}/0`,
    createdAt: WRITTEN_AT,
    updatedAt: WRITTEN_AT,
    deleted: false,
    links: [...links],
    roleId: ROLE_IDS.member,
    fromIndex: 0
  }))
}

const kept = (records: RoleRecords) =>
  Object.fromEntries([...records.byCore()].map(([key, { length }]) => [key, length]))

t.test(
  'who writes without end counts with the first that was written, and nobody else loses anything',
  async (t) => {
    const records = new RoleRecords(CREATOR)
    t.ok(records.add(CREATOR, written(CREATOR, 1, 300)))
    t.ok(records.add(BEN, written(BEN, 1, 500)))
    t.ok(records.add(ANA, written(ANA, 1, 3 * MAX_ROLE_RECORDS)))
    t.same(kept(records), { [CREATOR]: 299, [BEN]: 499, [ANA]: MAX_ROLE_RECORDS - 499 })
    t.notOk(records.add(ANA, written(ANA, 3 * MAX_ROLE_RECORDS, 4 * MAX_ROLE_RECORDS)), 'nor is it news')
    t.ok(records.add(BEN, written(BEN, 500, 502)))
    const anas = [...records.byCore()].find(([key]) => key === ANA)?.[1] ?? []
    t.equal(anas.at(-1)?.index, anas.length, 'the first ones, without a gap')
  }
)

t.test('whoever made the project cannot be crowded out', async (t) => {
  const records = new RoleRecords(CREATOR)
  records.add(CREATOR, written(CREATOR, 0, 2 * MAX_ROLE_RECORDS))
  const crowd = Array.from({ length: 50 }, () => randomBytes(32).toString('hex') as CoreKey)
  for (const key of crowd) records.add(key, written(key, 0, 1_000))
  t.equal(kept(records)[CREATOR], MAX_ROLE_RECORDS)
  for (const key of crowd) t.equal(kept(records)[key], MAX_ROLE_RECORDS / crowd.length)
})

t.test('links count, and those that can name nothing are dropped', async (t) => {
  const records = new RoleRecords(CREATOR)
  records.add(ANA, written(ANA, 0, MAX_ROLE_RECORDS, [`${BEN}/1`, 'x'.repeat(50_000)]))
  const [[, anas = []] = []] = [...records.byCore()]
  t.equal(anas.length, MAX_ROLE_RECORDS / 2)
  t.same(anas[0]?.links, [`${BEN}/1`])
})

t.test('what is kept does not depend on the order in which it came', async (t) => {
  const documents = written(ANA, 0, MAX_ROLE_RECORDS + 50)
  const expected = Array.from({ length: MAX_ROLE_RECORDS }, (_, index) => index)
  fc.assert(
    fc.property(fc.array(fc.nat(documents.length), { maxLength: 8 }), fc.boolean(), (cuts, reversed) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), documents.length]
      const parts = edges.slice(1).map((end, i) => documents.slice(edges[i], end))
      const records = new RoleRecords(CREATOR)
      for (const part of reversed ? parts.reverse() : parts) records.add(ANA, part)
      const [[, anas = []] = []] = [...records.byCore()]
      return JSON.stringify(anas.map(({ index }) => index)) === JSON.stringify(expected)
    }),
    { numRuns: 20 }
  )
  t.pass()
})
