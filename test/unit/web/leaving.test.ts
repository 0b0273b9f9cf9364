import t from 'tap'
import { OTHER_PROJECT, PROJECT } from './memory-hub.ts'
import { claim, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

const NOTHING = { documents: 0, photos: 0 }
const SURE = { passphrase: PASSPHRASE, confirmation: 'Napo', losing: NOTHING }

async function openOffice(t: Parameters<typeof openApp>[0]) {
  const opened = await openApp(t)
  const headers = await claim(opened.app)
  const leave = (payload: object, projectId: string = PROJECT) =>
    opened.app.inject({ method: 'DELETE', url: `/api/projects/${projectId}`, headers, payload })
  const get = (path: string) => opened.app.inject({ url: `/api/projects/${path}`, headers })
  return { ...opened, leave, get }
}

t.test('what would be lost is told before', async (t) => {
  const { hub, get } = await openOffice(t)
  hub.onlyHere = { documents: 3, photos: 12 }
  t.same((await get(`${PROJECT}/leaving`)).json(), { name: 'Napo', onlyHere: { documents: 3, photos: 12 } })
  t.same(outcomeOf(await get(`${OTHER_PROJECT}/leaving`)), [404, 'PROJECT_NOT_FOUND'])
})

t.test('a project is left by its name and the passphrase of the office', async (t) => {
  const { hub, leave, get } = await openOffice(t)
  t.same(outcomeOf(await leave({ ...SURE, passphrase: 'the river is low' })), [401, 'PASSPHRASE_WRONG'])
  t.same(outcomeOf(await leave({ ...SURE, confirmation: 'Nap' })), [400, 'CONFIRMATION_WRONG'])
  t.same(outcomeOf(await leave({ passphrase: PASSPHRASE })), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await leave(SURE, OTHER_PROJECT)), [404, 'PROJECT_NOT_FOUND'])
  t.same(hub.left, [])
  t.same(outcomeOf(await leave(SURE)), [204])
  t.same(hub.left, [PROJECT])
  t.same(outcomeOf(await get(PROJECT)), [404, 'PROJECT_NOT_FOUND'])
})

t.test('no more is lost than whoever leaves was told', async (t) => {
  const { hub, leave } = await openOffice(t)
  hub.onlyHere = { documents: 3, photos: 12 }
  t.same(outcomeOf(await leave(SURE)), [409, 'ONLY_COPIES'])
  t.same(outcomeOf(await leave({ ...SURE, losing: { documents: 3, photos: 11 } })), [409, 'ONLY_COPIES'])
  t.same(outcomeOf(await leave({ ...SURE, losing: { documents: 3, photos: 12 } })), [204])
})

t.test('nobody leaves from outside the office', async (t) => {
  const { app, hub } = await openApp(t)
  await claim(app)
  const response = await app.inject({ method: 'DELETE', url: `/api/projects/${PROJECT}`, payload: SURE })
  t.notOk(response.statusCode < 400)
  t.same(hub.left, [])
})
