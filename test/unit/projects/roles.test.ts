import fc from 'fast-check'
import t from 'tap'
import { roleOfId } from '../../../service/projects/role.ts'
import { resolveRoles, roleRecordOf, stricterRole } from '../../../service/projects/roles.ts'
import type { Role, RoleDocument } from '../../../service/projects/roles.ts'
import type { DeviceId, VersionId } from '../../../service/ids.ts'
import { decodeDocument } from '../../../service/wire/documents.ts'
import { RECORDED_VERSIONS, vectorsOf } from '../../fixtures/wire/vectors.ts'

/** A device by a letter; C is the creator. */
type Letter = 'C' | 'A' | 'B' | 'D' | 'E' | 'M' | 'N'

const deviceId = (letter: Letter) => letter.toLowerCase().charCodeAt(0).toString(16).repeat(32) as DeviceId

/** One document: who says at which index of their auth core that whom is what, from which index, in place of which others. */
interface Said {
  by: Letter
  at: number
  of: Letter
  role: Role | 'unheard-of'
  from?: number
  /** `by` and `at` of others, such as `C1`. */
  over?: string[]
  /** Later is larger; by default in the order of `at`. */
  time?: number
}

const versionId = (by: Letter, at: number) => `${deviceId(by)}/${at}` as VersionId

function documentOf({ by, at, of, role, from = 0, over = [], time = at }: Said): RoleDocument {
  return {
    versionId: versionId(by, at),
    author: deviceId(by),
    index: at,
    subject: deviceId(of),
    role: role === 'unheard-of' ? roleOfId('ffffffffffffffff') : role,
    fromIndex: from,
    links: over.map((version) => versionId(version.charAt(0) as Letter, Number(version.slice(1)))),
    updatedAt: new Date(Date.UTC(2024, 0, 1) + time * 1000).toISOString()
  }
}

function resolved(said: Said[]): Record<string, Role> {
  const roles = resolveRoles({ creatorDeviceId: deviceId('C'), documents: said.map(documentOf) })
  return byLetter(roles, ({ role }) => role)
}

function byLetter<Value>(roles: Map<DeviceId, Value>, roleOf: (value: Value) => Role): Record<string, Role> {
  return Object.fromEntries(
    [...roles].map(([id, value]) => [
      String.fromCharCode(parseInt(id.slice(0, 2), 16)).toUpperCase(),
      roleOf(value)
    ])
  )
}

const A_AND_B_COORDINATE: Said[] = [
  { by: 'C', at: 1, of: 'A', role: 'coordinator' },
  { by: 'C', at: 2, of: 'B', role: 'coordinator' }
]

const CASES: { name: string; said: Said[]; roles: Record<string, Role> }[] = [
  { name: 'a project without documents has its creator alone', said: [], roles: { C: 'creator' } },
  {
    name: 'the creator gives roles',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'C', at: 2, of: 'M', role: 'member' },
      { by: 'C', at: 3, of: 'N', role: 'blocked' }
    ],
    roles: { C: 'creator', A: 'coordinator', M: 'member', N: 'blocked' }
  },
  {
    name: 'a coordinator gives roles, and so does one made by a coordinator',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'A', at: 1, of: 'B', role: 'coordinator' },
      { by: 'B', at: 1, of: 'M', role: 'member' }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'member' }
  },
  {
    name: 'a member gives no roles',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'member' },
      { by: 'M', at: 1, of: 'N', role: 'member' },
      { by: 'M', at: 2, of: 'M', role: 'coordinator', over: ['C1'] }
    ],
    roles: { C: 'creator', M: 'member', N: 'none' }
  },
  {
    name: 'devices that nobody let in do not let each other in',
    said: [
      { by: 'M', at: 1, of: 'N', role: 'coordinator' },
      { by: 'N', at: 1, of: 'M', role: 'coordinator' }
    ],
    roles: { C: 'creator', M: 'none', N: 'none' }
  },
  {
    name: 'members do not make each other coordinators, nor block one together',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'C', at: 3, of: 'M', role: 'member' },
      { by: 'C', at: 4, of: 'N', role: 'member' },
      { by: 'M', at: 1, of: 'N', role: 'coordinator', over: ['C4'] },
      { by: 'N', at: 1, of: 'M', role: 'coordinator', over: ['C3'] },
      { by: 'M', at: 2, of: 'A', role: 'blocked', over: ['C1'] },
      { by: 'N', at: 2, of: 'A', role: 'blocked', over: ['C1'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'member', N: 'member' }
  },
  {
    name: 'what a coordinator did before being blocked stays, what comes after does not count',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'A', at: 4, of: 'M', role: 'member' },
      { by: 'C', at: 2, of: 'A', role: 'blocked', from: 5, over: ['C1'] },
      { by: 'A', at: 5, of: 'N', role: 'member' }
    ],
    roles: { C: 'creator', A: 'blocked', M: 'member', N: 'none' }
  },
  {
    name: 'a coordinator who steps down keeps what was done and does no more',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'A', at: 1, of: 'M', role: 'member' },
      { by: 'A', at: 2, of: 'A', role: 'member', from: 2, over: ['C1'] },
      { by: 'A', at: 3, of: 'N', role: 'member' }
    ],
    roles: { C: 'creator', A: 'member', M: 'member', N: 'none' }
  },
  {
    name: 'nobody prolongs their own time as coordinator',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'A', at: 1, of: 'A', role: 'coordinator', from: 100, over: ['C1'], time: 999 },
      { by: 'C', at: 2, of: 'A', role: 'blocked', from: 5, over: ['C1'] },
      { by: 'A', at: 100, of: 'N', role: 'member' }
    ],
    roles: { C: 'creator', A: 'blocked', N: 'none' }
  },
  {
    name: 'everybody may leave, and is left only by themselves',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'member' },
      { by: 'M', at: 1, of: 'M', role: 'left', over: ['C1'] },
      { by: 'C', at: 2, of: 'N', role: 'member' },
      { by: 'C', at: 3, of: 'N', role: 'left', over: ['C2'] },
      { by: 'C', at: 4, of: 'C', role: 'left' }
    ],
    roles: { C: 'left', M: 'left', N: 'member' }
  },
  {
    name: 'one who left can be taken in again',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'member' },
      { by: 'M', at: 1, of: 'M', role: 'left', over: ['C1'] },
      { by: 'C', at: 2, of: 'M', role: 'member', over: ['M1'] }
    ],
    roles: { C: 'creator', M: 'member' }
  },
  {
    name: 'a role that is not known blocks; creator and none are given to nobody',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'unheard-of' },
      { by: 'C', at: 2, of: 'N', role: 'creator' },
      { by: 'C', at: 3, of: 'A', role: 'member' },
      { by: 'C', at: 4, of: 'A', role: 'none', over: ['C3'] }
    ],
    roles: { C: 'creator', M: 'blocked', N: 'none', A: 'member' }
  },
  {
    name: 'a coordinator may block the creator, whose word counts all the same',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'A', at: 1, of: 'C', role: 'blocked', from: 2 },
      { by: 'C', at: 2, of: 'M', role: 'member' }
    ],
    roles: { C: 'blocked', A: 'coordinator', M: 'member' }
  },
  {
    name: 'a coordinator whom the creator blocked before does not block the creator',
    said: [
      { by: 'C', at: 1, of: 'A', role: 'coordinator' },
      { by: 'C', at: 2, of: 'A', role: 'blocked', from: 1, over: ['C1'] },
      { by: 'A', at: 1, of: 'C', role: 'blocked' }
    ],
    roles: { C: 'creator', A: 'blocked' }
  },
  {
    name: 'of documents that do not know of each other the later one wins',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'M', role: 'member', time: 10 },
      { by: 'B', at: 1, of: 'M', role: 'blocked', time: 11 },
      { by: 'A', at: 2, of: 'N', role: 'blocked', time: 10 },
      { by: 'B', at: 2, of: 'N', role: 'member', time: 11 }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'blocked', N: 'member' }
  },
  {
    name: 'of documents of the same time the one with the greater version id wins',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'M', role: 'blocked', time: 10 },
      { by: 'B', at: 1, of: 'M', role: 'member', time: 10 }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'member' }
  },
  {
    name: 'a document that replaces another wins whatever its clock said',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'member', time: 1000 },
      { by: 'C', at: 2, of: 'M', role: 'blocked', time: 1, over: ['C1'] }
    ],
    roles: { C: 'creator', M: 'blocked' }
  },
  {
    name: 'a document that does not count replaces nothing',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'blocked' },
      { by: 'M', at: 1, of: 'M', role: 'member', over: ['C1'], time: 99 },
      { by: 'N', at: 1, of: 'M', role: 'member', over: ['C1'], time: 99 }
    ],
    roles: { C: 'creator', M: 'blocked' }
  },
  {
    name: 'a link to a document about another device replaces nothing',
    said: [
      { by: 'C', at: 1, of: 'M', role: 'blocked', time: 5 },
      { by: 'C', at: 2, of: 'N', role: 'member', over: ['C1'] }
    ],
    roles: { C: 'creator', M: 'blocked', N: 'member' }
  },
  {
    name: 'two coordinators who block each other are both blocked',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'B', role: 'blocked', over: ['C2'] },
      { by: 'B', at: 1, of: 'A', role: 'blocked', over: ['C1'] }
    ],
    roles: { C: 'creator', A: 'blocked', B: 'blocked' }
  },
  {
    name: 'whom they let in meanwhile has the strictest role that it could have',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'B', role: 'blocked', over: ['C2'] },
      { by: 'B', at: 1, of: 'A', role: 'blocked', over: ['C1'] },
      { by: 'A', at: 2, of: 'M', role: 'member' }
    ],
    roles: { C: 'creator', A: 'blocked', B: 'blocked', M: 'none' }
  },
  {
    name: 'the creator settles what two coordinators did to each other',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'B', role: 'blocked', over: ['C2'] },
      { by: 'B', at: 1, of: 'A', role: 'blocked', over: ['C1'] },
      { by: 'C', at: 3, of: 'A', role: 'coordinator', over: ['C1', 'B1'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'blocked' }
  },
  {
    name: 'blocks that each came after the other was blocked count both, as nothing hangs on their order',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'B', role: 'blocked', from: 2, over: ['C2'] },
      { by: 'B', at: 1, of: 'A', role: 'blocked', from: 2, over: ['C1'] },
      { by: 'A', at: 2, of: 'M', role: 'member' }
    ],
    roles: { C: 'creator', A: 'blocked', B: 'blocked', M: 'none' }
  },
  {
    name: 'coordinators who confirm each other stay coordinators',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'B', role: 'coordinator', over: ['C2'] },
      { by: 'B', at: 1, of: 'A', role: 'coordinator', over: ['C1'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator' }
  },
  {
    name: 'former coordinators do not bring each other back',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'C', at: 3, of: 'A', role: 'blocked', from: 1, over: ['C1'] },
      { by: 'C', at: 4, of: 'B', role: 'blocked', from: 1, over: ['C2'] },
      { by: 'A', at: 1, of: 'B', role: 'coordinator', over: ['C4'] },
      { by: 'B', at: 1, of: 'A', role: 'coordinator', over: ['C3'] }
    ],
    roles: { C: 'creator', A: 'blocked', B: 'blocked' }
  },
  {
    name: 'documents that replace each other in a ring block: only on purpose can they be written',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'A', at: 1, of: 'M', role: 'member', over: ['B1'] },
      { by: 'B', at: 1, of: 'M', role: 'member', over: ['A1'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'blocked' }
  },
  {
    name: 'a ring of a member harms nobody',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'C', at: 3, of: 'M', role: 'member', over: ['M1'] },
      { by: 'M', at: 1, of: 'M', role: 'member', over: ['C3'] },
      { by: 'M', at: 2, of: 'A', role: 'member', over: ['M3'] },
      { by: 'M', at: 3, of: 'A', role: 'member', over: ['M2'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'coordinator', M: 'member' }
  },
  {
    name: 'a chain in which each blocks the next is decided from its start',
    said: [
      ...A_AND_B_COORDINATE,
      { by: 'C', at: 3, of: 'D', role: 'coordinator' },
      { by: 'C', at: 4, of: 'E', role: 'coordinator' },
      { by: 'A', at: 1, of: 'B', role: 'blocked', over: ['C2'] },
      { by: 'B', at: 1, of: 'D', role: 'blocked', over: ['C3'] },
      { by: 'D', at: 1, of: 'E', role: 'blocked', over: ['C4'] }
    ],
    roles: { C: 'creator', A: 'coordinator', B: 'blocked', D: 'coordinator', E: 'blocked' }
  }
]

for (const { name, said, roles } of CASES) {
  t.test(name, (t) => {
    t.same(resolved(said), roles)
    t.same(resolved([...said].reverse()), roles, 'in any order')
    t.same(resolved([...said, ...said]), roles, 'however often it is heard')
    t.end()
  })
}

t.test('roles do not depend on the order of documents', (t) => {
  const letters = fc.constantFrom<Letter>('C', 'A', 'B', 'M')
  const history = fc
    .array(
      fc.record({
        by: letters,
        of: letters,
        role: fc.constantFrom<Said['role']>(
          'coordinator',
          'coordinator',
          'member',
          'blocked',
          'left',
          'unheard-of'
        ),
        from: fc.nat(4),
        over: fc.array(
          fc.tuple(letters, fc.nat(4)).map(([by, at]) => `${by}${at}`),
          { maxLength: 3 }
        ),
        time: fc.nat(5)
      }),
      { maxLength: 16 }
    )
    // The index of each is its place among those of its author, as in a core.
    .map((said) =>
      said.map((one, place) => ({
        ...one,
        at: said.slice(0, place).filter(({ by }) => by === one.by).length
      }))
    )
  const shuffled = history.chain((said) =>
    fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length }))
  )
  fc.assert(
    fc.property(shuffled, ([said, other]) => {
      const [first, second] = [said, other].map((documents) =>
        resolveRoles({ creatorDeviceId: deviceId('C'), documents: documents.map(documentOf) })
      )
      t.same(Object.fromEntries([...(second ?? [])].sort()), Object.fromEntries([...(first ?? [])].sort()))
    }),
    { numRuns: 1000 }
  )
  t.end()
})

t.test('the plain role is that of the last document, whoever wrote it', (t) => {
  const said: Said[] = [
    { by: 'C', at: 1, of: 'M', role: 'member' },
    { by: 'M', at: 1, of: 'M', role: 'coordinator', over: ['C1'] },
    { by: 'M', at: 2, of: 'C', role: 'blocked' },
    { by: 'N', at: 1, of: 'A', role: 'unheard-of' },
    { by: 'N', at: 2, of: 'B', role: 'none' }
  ]
  const roles = resolveRoles({ creatorDeviceId: deviceId('C'), documents: said.map(documentOf) })
  t.same(
    byLetter(roles, ({ plainRole }) => plainRole),
    { C: 'blocked', M: 'coordinator', A: 'blocked', B: 'none' }
  )
  t.same(
    byLetter(roles, ({ role }) => role),
    { C: 'creator', M: 'member', A: 'none', B: 'none' }
  )
  t.end()
})

t.test('the stricter of two roles is the one that may less', (t) => {
  const order: Role[] = ['creator', 'coordinator', 'member', 'none', 'left', 'blocked']
  for (const [index, role] of order.entries()) {
    for (const stricter of order.slice(index)) {
      t.equal(stricterRole(role, stricter), stricter)
      t.equal(stricterRole(stricter, role), stricter)
    }
  }
  t.end()
})

for (const version of RECORDED_VERSIONS) {
  t.test(`${version}: the roles that a phone wrote resolve to what it meant`, (t) => {
    const { blocks } = vectorsOf(version)
    const decoded = blocks.flatMap(({ key, hex }) => {
      const [discoveryKey = '', index] = key.split('/')
      return (
        decodeDocument(Buffer.from(hex, 'hex'), {
          discoveryKey: Buffer.from(discoveryKey, 'hex'),
          index: Number(index)
        }) ?? []
      )
    })
    const roles = decoded.filter((document) => document.schemaName === 'role')
    const creatorDeviceId = decoded
      .filter((document) => document.schemaName === 'coreOwnership')
      .find(({ versionId }) => roles.every((role) => role.versionId.startsWith(versionId.slice(0, 64))))
      ?.docId as DeviceId
    const documents = roles.flatMap((document) => {
      const record = roleRecordOf(document)
      return record === null ? [] : { ...record, author: creatorDeviceId }
    })
    const memberId = documents[0]?.subject
    const timeline = [1, 2, 3].map((count) =>
      resolveRoles({ creatorDeviceId, documents: documents.slice(0, count) })
    )
    t.same(
      timeline.map((resolved) => memberId && resolved.get(memberId)?.role),
      ['member', 'coordinator', 'blocked']
    )
    t.equal(timeline[0]?.get(creatorDeviceId)?.role, 'creator')
    t.end()
  })
}

t.test('a role document that is about no device is none', (t) => {
  const role = decodeDocument(
    Buffer.from(
      vectorsOf('7.1.0').blocks.find(({ document }) => document?.schemaName === 'role')?.hex ?? '',
      'hex'
    ),
    { discoveryKey: Buffer.alloc(32, 1), index: 12 }
  )
  if (role?.schemaName !== 'role') return void t.fail('no role was recorded')
  t.match(roleRecordOf(role), { index: 12, subject: role.docId })
  t.equal(roleRecordOf({ ...role, docId: 'abcd' }), null)
  t.end()
})
