import t from 'tap'
import { judgeDetails, transition } from '../../../service/projects/invite-state.ts'
import type { InviteEvent, InviteState, JoinDetails } from '../../../service/projects/invite-state.ts'
import { projectInviteIdOf } from '../../../service/wire/project-keys.ts'

const key = (byte: number) => Buffer.alloc(32, byte)
const details: JoinDetails = {
  inviteId: key(1),
  projectKey: key(7),
  encryptionKeys: { auth: key(11), config: key(12), data: key(13), blobIndex: key(14), blob: key(15) }
}

const STATES = {
  new: { name: 'new' },
  pending: { name: 'pending' },
  awaiting: { name: 'awaiting-details' },
  storing: { name: 'storing', details },
  opening: { name: 'opening' },
  joined: { name: 'joined' },
  rejected: { name: 'rejected' },
  already: { name: 'answered-already' },
  cancelled: { name: 'cancelled' },
  failed: { name: 'failed', failure: 'disconnected' }
} as const satisfies Record<string, InviteState>
type StateName = keyof typeof STATES

const EVENTS = {
  'received from a stranger, ask': { type: 'received', membership: 'none', policy: 'ask' },
  'received from a stranger, accept': { type: 'received', membership: 'none', policy: 'accept' },
  'received with keys only, ask': { type: 'received', membership: 'keys-only', policy: 'ask' },
  'received as a member, accept': { type: 'received', membership: 'active', policy: 'accept' },
  'accepted by a person': { type: 'accepted-by-person' },
  'rejected by a person': { type: 'rejected-by-person' },
  cancelled: { type: 'cancelled-by-inviter' },
  'became a member': { type: 'became-member' },
  'fitting details': { type: 'details-received', details, verdict: 'fitting' },
  'details of another project': { type: 'details-received', details, verdict: 'other-project' },
  'details with other keys': { type: 'details-received', details, verdict: 'keys-differ' },
  'details timed out': { type: 'details-timed-out' },
  stored: { type: 'stored' },
  'store failed': { type: 'store-failed' },
  opened: { type: 'opened' },
  'open failed': { type: 'open-failed' },
  'join timed out': { type: 'join-timed-out' },
  disconnected: { type: 'disconnected' }
} as const satisfies Record<string, InviteEvent>
type EventName = keyof typeof EVENTS

const ACK_INVITE = 'ack Invite'
const ACK_CANCEL = 'ack InviteCancel'
const ACK_DETAILS = 'ack ProjectJoinDetails'
const ACCEPT = ['details-timed-out after 45 s', 'answer accept']

/** Every pair that is not here must change nothing and do nothing. */
const TABLE: Partial<Record<StateName, Partial<Record<EventName, [next: string, effects: string[]]>>>> = {
  new: {
    'received from a stranger, ask': ['pending', [ACK_INVITE]],
    'received from a stranger, accept': ['awaiting-details', [ACK_INVITE, ...ACCEPT]],
    'received with keys only, ask': ['awaiting-details', [ACK_INVITE, ...ACCEPT]],
    'received as a member, accept': ['answered-already', [ACK_INVITE, 'answer already']]
  },
  pending: {
    'accepted by a person': ['awaiting-details', ACCEPT],
    'rejected by a person': ['rejected', ['answer reject']],
    'became a member': ['answered-already', ['answer already']],
    cancelled: ['cancelled', [ACK_CANCEL, 'stop-timer']],
    disconnected: ['failed: disconnected', ['stop-timer']]
  },
  awaiting: {
    'fitting details': ['storing', ['join-timed-out after 300 s', 'store']],
    'details of another project': ['failed: other-project', ['stop-timer', 'drop-connection']],
    'details with other keys': ['failed: keys-differ', ['stop-timer', 'drop-connection']],
    'details timed out': ['failed: details-timed-out', ['stop-timer']],
    cancelled: ['cancelled', [ACK_CANCEL, 'stop-timer']],
    disconnected: ['failed: disconnected', ['stop-timer']]
  },
  storing: {
    stored: ['opening', [ACK_DETAILS, 'open-project']],
    'store failed': ['failed: store-failed', ['stop-timer', 'drop-connection']],
    'join timed out': ['failed: join-timed-out', ['stop-timer', 'drop-connection']]
  },
  opening: {
    opened: ['joined', ['stop-timer']],
    'open failed': ['failed: open-failed', ['stop-timer']],
    'join timed out': ['failed: join-timed-out', ['stop-timer']],
    'fitting details': ['opening', [ACK_DETAILS]]
  },
  joined: { 'fitting details': ['joined', [ACK_DETAILS]] },
  failed: {
    'fitting details': ['failed: disconnected', ['drop-connection']],
    'details of another project': ['failed: disconnected', ['drop-connection']],
    'details with other keys': ['failed: disconnected', ['drop-connection']]
  }
}

/** What the inviter waits for is acknowledged in every state. */
function expected(state: StateName, event: EventName): [next: string, effects: string[]] {
  const stays = described(STATES[state])
  const said = TABLE[state]?.[event]
  if (said) return said
  if (EVENTS[event].type === 'received') return [stays, [ACK_INVITE]]
  if (EVENTS[event].type === 'cancelled-by-inviter') return [stays, [ACK_CANCEL]]
  return [stays, []]
}

function described(state: InviteState): string {
  return state.name === 'failed' ? `failed: ${state.failure}` : state.name
}

for (const state of Object.keys(STATES) as StateName[]) {
  t.test(`an invite that is ${state}`, (t) => {
    for (const event of Object.keys(EVENTS) as EventName[]) {
      const result = transition(STATES[state], EVENTS[event])
      const effects = result.effects.map((effect) => {
        if (effect.type === 'send-ack') return `ack ${effect.of}`
        if (effect.type === 'send-response') return `answer ${effect.decision}`
        if (effect.type === 'start-timer') return `${effect.firing} after ${effect.delayMs / 1000} s`
        return effect.type
      })
      t.same([described(result.state), effects], expected(state, event), event)
    }
    t.end()
  })
}

t.test('the keys that are stored are those that came', (t) => {
  const { state, effects } = transition(STATES.awaiting, EVENTS['fitting details'])
  t.same(state, { name: 'storing', details })
  t.match(effects, [{}, { type: 'store', details }])
  t.end()
})

t.test('details fit when the project is the one of the invite and no other keys are known', (t) => {
  const inviteId = projectInviteIdOf(details.projectKey)
  t.equal(judgeDetails(details, inviteId, {}), 'fitting')
  t.equal(judgeDetails(details, inviteId, details.encryptionKeys), 'fitting')
  t.equal(judgeDetails({ ...details, projectKey: key(8) }, inviteId, {}), 'other-project')
  t.equal(judgeDetails(details, inviteId, { auth: key(11) }), 'fitting', 'a locked hub knows one of them')
  for (const namespace of ['auth', 'config', 'data', 'blobIndex', 'blob']) {
    const known = { ...details.encryptionKeys, [namespace]: key(99) }
    t.equal(judgeDetails(details, inviteId, known), 'keys-differ', namespace)
  }
  t.end()
})
