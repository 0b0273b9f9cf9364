import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { Peer } from '../../../service/peers/peer.ts'
import { INVITE_INTERVAL_MS, INVITES_AT_ONCE } from '../../../service/projects/invite-pace.ts'
import { DETAILS_TIMEOUT_MS } from '../../../service/projects/invite-state.ts'
import { INVITE_WINDOW_MS } from '../../../service/projects/invite-window.ts'
import type { InviteSummary } from '../../../service/projects/invite.ts'
import { MAX_PENDING, MAX_PENDING_PER_DEVICE } from '../../../service/projects/invite-gate.ts'
import { Invites, MAX_ENDED } from '../../../service/projects/invites.ts'
import type { Project } from '../../../service/projects/project.ts'
import { makeDirectory } from '../../support/directory.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { until } from '../../support/until.ts'
import { openPeers } from '../peers/open-peers.ts'
import { Device, makeProject } from './device.ts'
import { Inviter } from './inviter.ts'
import { meetCreator, meetMember } from './meet.ts'
import { openProjects } from './open-projects.ts'

async function openHub(t: Test, edges: { policy?: 'ask' | 'accept'; isServed?: boolean } = {}) {
  const { policy = 'ask', isServed = true } = edges
  const clock = new ManualClock()
  const { projects, identity, vault } = await openProjects(t, makeDirectory(t))
  const peers = await openPeers(t, { keyPair: identity.keyPair })
  const invites = new Invites({
    peers,
    projects,
    policy,
    isServedBy: () => isServed,
    clock,
    logger: pino({ level: 'silent' })
  })
  await invites.ready()
  t.teardown(() => invites.close())
  const joined: { project: Project; inviter: Peer }[] = []
  invites.on('joined', (project, inviter) => joined.push({ project, inviter }))
  const changes: InviteSummary[] = []
  invites.on('changed', (invite) => changes.push(invite))
  const stateOf = (id: string) => invites.list().find((invite) => invite.id === id)?.state
  const reaches = (id: string, name: string) => until(() => stateOf(id)?.name === name)
  return { clock, projects, identity, peers, invites, joined, changes, stateOf, reaches, vault }
}

t.test('an invite waits for a person, who accepts it, and the hub is in the project', async (t) => {
  const { invites, projects, peers, joined, changes, reaches, vault } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await reaches(id, 'pending')
  t.match(invites.list(), [{ id, projectName: 'Forest', inviterName: 'Ana', roleName: 'Participant' }])
  await ana.hears(id, 'InviteAck')
  t.match(invites.accept(id), { state: { name: 'awaiting-details' } })
  await ana.hears(id, 'accept')
  t.same(await vault.list(), [], 'the hub has no keys yet')
  ana.sendDetails(id)
  await ana.hears(id, 'ProjectJoinDetailsAck')
  t.match(
    await vault.list(),
    [{ projectKey: ana.project.keyPair.publicKey }],
    'they are kept before they are acknowledged'
  )
  await reaches(id, 'joined')
  t.same(ana.heardOf(id), ['InviteAck', 'accept', 'ProjectJoinDetailsAck'])
  t.same(projects.all(), [joined[0]?.project])
  t.equal(joined[0]?.inviter.deviceId, [...peers.connected.keys()][0])
  t.same(
    changes.map(({ state }) => state.name),
    ['pending', 'awaiting-details', 'storing', 'opening', 'joined']
  )
  t.match(projects.all()[0]?.secrets, { name: 'Forest' })
})

t.test(
  'for ten minutes after somebody asked for it invites are accepted, and then the hub asks again',
  async (t) => {
    const { invites, peers, clock, reaches, stateOf } = await openHub(t)
    const [ana, ben] = [await Inviter.connect(t, peers.port), await Inviter.connect(t, peers.port)]
    const before = ana.invite()
    await reaches(before, 'pending')
    invites.gate.window.open('accept')
    t.same(invites.gate.policy, { policy: 'accept', remainingMs: INVITE_WINDOW_MS })
    const during = ben.invite()
    await ben.hears(during, 'accept')
    t.equal(stateOf(before)?.name, 'pending', 'what waited goes on waiting')
    clock.move(INVITE_WINDOW_MS - 1)
    t.same(invites.gate.policy, { policy: 'accept', remainingMs: 1 })
    clock.move(1)
    t.same(invites.gate.policy, { policy: 'ask', remainingMs: null })
    const after = ana.invite()
    await reaches(after, 'pending')
  }
)

t.test('with the policy to accept nobody is asked', async (t) => {
  const { peers, projects, reaches } = await openHub(t, { policy: 'accept' })
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  ana.sendDetails(id)
  await reaches(id, 'joined')
  t.equal(projects.all().length, 1)
})

t.test('an invite that a person rejects is answered, and cannot be accepted any more', async (t) => {
  const { invites, peers, reaches, projects } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await reaches(id, 'pending')
  t.match(invites.reject(id), { state: { name: 'rejected' } })
  await ana.hears(id, 'reject')
  t.throws(() => invites.accept(id), { code: 'INVITE_NOT_PENDING' })
  t.throws(() => invites.reject(randomBytes(32).toString('hex')), { code: 'INVITE_NOT_FOUND' })
  ana.sendDetails(id)
  const next = ana.invite()
  await reaches(next, 'pending')
  t.same(projects.all(), [], 'keys that come all the same are not used')
})

t.test('the inviter takes its invite back before and after it was accepted', async (t) => {
  const { invites, peers, stateOf, reaches, projects, clock } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  for (const isAccepted of [false, true]) {
    const id = ana.invite()
    await reaches(id, 'pending')
    if (isAccepted) invites.accept(id)
    ana.cancel(id)
    await ana.hears(id, 'InviteCancelAck')
    t.match(stateOf(id), { name: 'cancelled' })
    t.throws(() => invites.accept(id), { code: 'INVITE_NOT_PENDING' })
  }
  t.equal(clock.pendingFor(DETAILS_TIMEOUT_MS), 0)
  t.same(projects.all(), [])
})

t.test('a cancel is acknowledged also when the hub knows nothing of the invite', async (t) => {
  const { peers, invites } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const id = randomBytes(32).toString('hex')
  ana.cancel(id)
  await ana.hears(id, 'InviteCancelAck')
  t.same(invites.list(), [])
})

t.test('keys that do not come in time are not waited for, and are refused when they come late', async (t) => {
  const { invites, peers, clock, stateOf, reaches, projects } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await reaches(id, 'pending')
  clock.move(24 * 60 * 60 * 1000)
  t.match(stateOf(id), { name: 'pending' }, 'while a person has all the time')
  invites.accept(id)
  await ana.hears(id, 'accept')
  clock.move(DETAILS_TIMEOUT_MS - 1)
  t.match(stateOf(id), { name: 'awaiting-details' })
  clock.move(1)
  t.match(stateOf(id), { name: 'failed', failure: 'details-timed-out' })
  ana.sendDetails(id)
  await ana.line.closed
  t.same(projects.all(), [], 'an inviter that waits for an ack without end is hung up on')
})

t.test('keys of another project than the one of the invite are refused', async (t) => {
  const { peers, stateOf, vault } = await openHub(t, { policy: 'accept' })
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  ana.sendDetails(id, makeProject())
  await ana.line.closed
  t.match(stateOf(id), { name: 'failed', failure: 'other-project' })
  t.same(await vault.list(), [])
})

t.test('other keys for a project that the hub is in are refused, and its own stay', async (t) => {
  const { peers, projects, stateOf } = await openHub(t, { policy: 'accept' })
  const made = makeProject()
  await projects.keep(made.details)
  await projects.open(made.details)
  const ana = await Inviter.connect(t, peers.port, made)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  ana.sendDetails(id, {
    ...made,
    details: { ...made.details, encryptionKeys: makeProject().details.encryptionKeys }
  })
  await ana.line.closed
  t.match(stateOf(id), { name: 'failed', failure: 'keys-differ' })
  t.same(projects.all()[0]?.secrets?.encryptionKeys.data, made.details.encryptionKeys.data)
})

t.test('keys that come before anybody has accepted are not used', async (t) => {
  const { peers, projects, stateOf, reaches } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await reaches(id, 'pending')
  ana.sendDetails(id)
  const later = ana.invite()
  await reaches(later, 'pending')
  t.match(stateOf(id), { name: 'pending' })
  t.same(projects.all(), [])
})

t.test('an invite that is repeated is acknowledged again and asked once', async (t) => {
  const { peers, invites, changes } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const bytes = randomBytes(32)
  const id = ana.invite(bytes)
  ana.invite(bytes)
  await until(() => ana.heardOf(id).length === 2)
  t.same(ana.heardOf(id), ['InviteAck', 'InviteAck'])
  t.equal(invites.list().length, 1)
  t.equal(changes.length, 1)
})

t.test('another device can neither cancel an invite nor bring its keys', async (t) => {
  const { peers, projects, stateOf } = await openHub(t, { policy: 'accept' })
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  const eve = await Inviter.connect(t, peers.port, ana.project)
  eve.sendDetails(id)
  eve.cancel(id)
  await eve.hears(id, 'InviteCancelAck')
  t.match(stateOf(id), { name: 'awaiting-details' })
  t.same(projects.all(), [])
})

t.test('an invite is over when its inviter has gone', async (t) => {
  const { peers, invites, clock, reaches, stateOf } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const [waiting, accepted] = [ana.invite(), ana.invite()]
  await reaches(accepted, 'pending')
  invites.accept(accepted)
  ana.line.socket.destroy()
  await reaches(accepted, 'failed')
  for (const id of [waiting, accepted]) t.match(stateOf(id), { name: 'failed', failure: 'disconnected' })
  t.throws(() => invites.accept(waiting), { code: 'INVITE_NOT_PENDING' })
  t.equal(clock.pending, 0)
})

t.test('the hub answers "already" for a project that it takes part in', async (t) => {
  const { peers, projects, identity } = await openHub(t)
  const made = makeProject()
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(identity.deviceId, 'member')
  await projects.keep(made.details)
  const project = await projects.open(made.details)
  meetCreator(t, project, creator)
  await until(() => project.ownRole === 'member')
  const ana = await Inviter.connect(t, peers.port, made)
  const id = ana.invite()
  await ana.hears(id, 'already')
  t.same(ana.heardOf(id), ['InviteAck', 'already'])
})

t.test('the hub accepts again where it has the keys and no role, so that the role is written', async (t) => {
  const { peers, projects, reaches } = await openHub(t)
  const made = makeProject()
  await projects.keep(made.details)
  const project = await projects.open(made.details)
  const ana = await Inviter.connect(t, peers.port, made)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  ana.sendDetails(id)
  await reaches(id, 'joined')
  t.same(projects.all(), [project])
})

t.test('a member that does not exchange the project with its inviter accepts again', async (t) => {
  const { peers, projects, identity } = await openHub(t, { isServed: false })
  const made = makeProject()
  const creator = await Device.openCreator(t, made)
  await creator.writeOwnership()
  await creator.writeRole(identity.deviceId, 'member')
  await projects.keep(made.details)
  const project = await projects.open(made.details)
  meetCreator(t, project, creator)
  await until(() => project.ownRole === 'member')
  const ana = await Inviter.connect(t, peers.port, made, creator)
  const id = ana.invite()
  await t.resolves(ana.hears(id, 'accept'), 'it may have been removed, and be the last to learn of it')
})

/** A hub that has been in a project for a while, with the one who made it and a member. */
async function openHubInProject(t: Test) {
  const hub = await openHub(t, { isServed: false })
  const made = makeProject()
  await hub.projects.keep(made.details)
  const project = await hub.projects.open(made.details)
  const people = await meetMember(t, made, project)
  await people.creator.writeRole(hub.identity.deviceId, 'member')
  await until(() => project.ownRole === 'member')
  return { ...hub, ...people, made }
}

t.test('a hub that is in a project is closed: a stranger is refused, and nothing is listed', async (t) => {
  const { peers, invites, member, made } = await openHubInProject(t)
  t.same(invites.gate.policy, { policy: 'closed' })
  const stranger = await Inviter.connect(t, peers.port)
  const thief = await Inviter.connect(t, peers.port, made)
  const participant = await Inviter.connect(t, peers.port, makeProject(), member)
  for (const inviter of [stranger, thief, participant]) {
    const id = inviter.invite()
    await inviter.hears(id, 'reject')
    t.same(inviter.heardOf(id), ['InviteAck', 'reject'], 'as a person refuses, whatever the project')
  }
  t.same(invites.list(), [])
})

t.test('a coordinator of a project of a closed hub may invite it, and a person answers', async (t) => {
  const { peers, creator, reaches } = await openHubInProject(t)
  const ana = await Inviter.connect(t, peers.port, makeProject('Lake'), creator)
  const id = ana.invite()
  await t.resolves(reaches(id, 'pending'))
})

t.test('a window lets anybody ask a closed hub, and closes by itself', async (t) => {
  const { peers, invites, clock, reaches } = await openHubInProject(t)
  invites.gate.window.open('ask')
  t.same(invites.gate.policy, { policy: 'ask', remainingMs: INVITE_WINDOW_MS })
  const stranger = await Inviter.connect(t, peers.port)
  await t.resolves(reaches(stranger.invite(), 'pending'))
  clock.move(INVITE_WINDOW_MS)
  t.same(invites.gate.policy, { policy: 'closed' })
  const later = stranger.invite()
  await t.resolves(stranger.hears(later, 'reject'))
})

t.test('other invites into the project that the hub has joined are answered "already"', async (t) => {
  const { peers, invites, reaches } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const ben = await Inviter.connect(t, peers.port, ana.project)
  const cleo = await Inviter.connect(t, peers.port)
  const [anas, bens, cleos] = [ana.invite(), ben.invite(), cleo.invite()]
  for (const id of [anas, bens, cleos]) await reaches(id, 'pending')
  invites.accept(anas)
  ana.sendDetails(anas)
  await ben.hears(bens, 'already')
  await reaches(cleos, 'pending')
  t.same(cleo.heardOf(cleos), ['InviteAck'], 'those into other projects wait on')
})

t.test('one device has so many invites waiting and no more', async (t) => {
  const { peers, invites, reaches, clock } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const first = ana.invite()
  for (let i = 1; i < MAX_PENDING_PER_DEVICE; i++) ana.invite()
  const refused = ana.invite()
  await ana.hears(refused, 'reject')
  t.same(ana.heardOf(refused), ['InviteAck', 'reject'])
  t.equal(invites.list().length, MAX_PENDING_PER_DEVICE)
  invites.reject(first)
  clock.move(INVITE_INTERVAL_MS)
  const next = ana.invite()
  await t.resolves(reaches(next, 'pending'))
})

t.test(
  'one device that invites faster than a person could is refused until it has slowed down',
  async (t) => {
    const { peers, invites, clock, stateOf } = await openHub(t)
    const [ana, ben] = [await Inviter.connect(t, peers.port), await Inviter.connect(t, peers.port)]
    const inviteAndReject = async (inviter: Inviter) => {
      const id = inviter.invite()
      await inviter.hears(id, 'InviteAck')
      if (stateOf(id)?.name === 'pending') invites.reject(id)
      await inviter.hears(id, 'reject')
      return stateOf(id)
    }
    for (let i = 0; i < INVITES_AT_ONCE; i++) t.ok(await inviteAndReject(ana))
    t.equal(await inviteAndReject(ana), undefined, 'refused without being listed')
    t.ok(await inviteAndReject(ben), 'others are not held up')
    clock.move(INVITE_INTERVAL_MS - 1)
    t.equal(await inviteAndReject(ana), undefined)
    clock.move(1)
    t.ok(await inviteAndReject(ana))
    t.equal(await inviteAndReject(ana), undefined, 'one in a second')
  }
)

t.test('all devices together have so many invites waiting and no more', async (t) => {
  const { peers, invites } = await openHub(t)
  for (let i = 0; i < MAX_PENDING; i++) {
    const inviter = await Inviter.connect(t, peers.port)
    await inviter.hears(inviter.invite(), 'InviteAck')
  }
  const late = await Inviter.connect(t, peers.port)
  const refused = late.invite()
  await late.hears(refused, 'reject')
  t.equal(invites.list().length, MAX_PENDING)
})

t.test('invites that ended are listed, newest first, until newer ones push them out', async (t) => {
  const { peers, invites, clock } = await openHub(t)
  const ana = await Inviter.connect(t, peers.port)
  const ids: string[] = []
  for (let i = 0; i < MAX_ENDED + 5; i++) {
    clock.move(INVITE_INTERVAL_MS)
    const id = ana.invite()
    await ana.hears(id, 'InviteAck')
    invites.reject(id)
    ids.unshift(id)
  }
  clock.move(INVITE_INTERVAL_MS)
  const waiting = ana.invite()
  await ana.hears(waiting, 'InviteAck')
  t.same(
    invites.list().map(({ id }) => id),
    [waiting, ...ids.slice(0, MAX_ENDED)]
  )
})

t.test('a join that is under way when the hub stops is seen through', async (t) => {
  const { peers, invites, changes, stateOf, vault } = await openHub(t, { policy: 'accept' })
  const ana = await Inviter.connect(t, peers.port)
  const id = ana.invite()
  await ana.hears(id, 'accept')
  ana.sendDetails(id)
  await until(() => changes.some(({ state }) => state.name === 'storing'))
  await Promise.all([peers.close(), invites.close()])
  t.match(stateOf(id), { name: 'joined' })
  t.equal((await vault.list()).length, 1)
})
