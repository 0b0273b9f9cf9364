import t from 'tap'
import { startPhone } from '../phones/phone.ts'
import { HubOffice } from '../support/hub-office.ts'
import { startHub, type HubProcess } from '../support/hub-process.ts'

async function pendingInvite(office: HubOffice) {
  return office.until('a pending invite', async () =>
    (await office.invites()).find(({ state }) => state === 'pending')
  )
}

async function anaAtTheHub(t: Parameters<typeof startHub>[0]) {
  const [hub, ana]: [HubProcess, Awaited<ReturnType<typeof startPhone>>] = await Promise.all([
    startHub(t, { invites: 'ask' }),
    startPhone(t, { version: '7.1.0', name: 'Ana' })
  ])
  const project = await ana.createProject('Forest')
  await ana.dial(hub.address)
  return { hub, ana, project, office: new HubOffice(hub) }
}

t.test('an invite waits for a person, who declines the first and accepts the second', async (t) => {
  const { hub, ana, project, office } = await anaAtTheHub(t)
  const first = project.invite(hub.deviceId)
  const pending = await pendingInvite(office)
  t.match(pending, { project: { name: 'Forest' }, inviter: { deviceId: ana.deviceId, name: 'Ana' } })
  t.equal((await office.answerInvite(pending.id, 'reject')).state, 'rejected')
  t.equal(await first, 'REJECT')
  t.same(await office.projects(), [])

  const second = project.invite(hub.deviceId)
  const { id } = await pendingInvite(office)
  await office.answerInvite(id, 'accept')
  t.equal(await second, 'ACCEPT')
  await office.until('the hub has joined', async () =>
    (await office.invites()).find((invite) => invite.id === id && invite.state === 'joined')
  )
  await project.waitForMember(hub.deviceId, { role: 'member' })
  t.same(
    (await office.projects()).map(({ id }) => id),
    [project.id]
  )

  t.equal(await project.invite(hub.deviceId), 'ALREADY')
})

t.test('an invite that its sender takes back cannot be accepted any more', async (t) => {
  const { hub, project, office } = await anaAtTheHub(t)
  const invite = project.invite(hub.deviceId)
  const aborted = t.rejects(invite)
  const { id } = await pendingInvite(office)
  await project.cancelInvite(hub.deviceId)
  await office.until('the invite is cancelled', async () =>
    (await office.invites()).some((invite) => invite.id === id && invite.state === 'cancelled')
      ? true
      : undefined
  )
  await t.rejects(office.answerInvite(id, 'accept'), { message: /INVITE_NOT_PENDING/ })
  await aborted
  t.same(await office.projects(), [])
})

for (const version of ['7.1.0', '5.5.0', '2.0.0'] as const) {
  t.test(`a hub that ${version} removed from a project comes back when it is invited again`, async (t) => {
    const [hub, ana] = await Promise.all([startHub(t), startPhone(t, { version, name: 'Ana' })])
    const office = new HubOffice(hub)
    const project = await ana.createProject('Forest')
    await ana.dial(hub.address)
    t.equal(await project.invite(hub.deviceId), 'ACCEPT')
    await project.waitForMember(hub.deviceId, { role: 'member' })
    await project.startSync()
    await project.observe()
    await project.doneWith(hub.deviceId)

    await project.remove(hub.deviceId)
    await project.waitForMember(hub.deviceId, { role: 'blocked' })
    await office.until('the hub knows', async () =>
      (await office.project(project.id)).role === 'blocked' ? true : undefined
    )
    t.equal(await project.invite(hub.deviceId), 'ACCEPT')
    await project.waitForMember(hub.deviceId, { role: 'member' })
    // A phone judges a connected device anew only when its connection opens.
    await ana.disconnect()
    await ana.dial(hub.address)
    const later = await project.observe()
    await project.doneWith(hub.deviceId)
    await office.until('the later observation', async () =>
      (await office.observations(project.id)).find(({ docId }) => docId === later.docId)
    )
    t.equal((await office.observations(project.id)).length, 2)
  })
}
