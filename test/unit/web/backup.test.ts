import t from 'tap'
import { claim, FROM_PAGE, openApp, outcomeOf, PASSPHRASE } from './open-app.ts'

const FILE = Buffer.from(`under ${PASSPHRASE}`).toString('base64')

t.test('a backup needs the office and its passphrase once more', async (t) => {
  const { app } = await openApp(t)
  const request = (headers: object, payload: object) =>
    app.inject({ method: 'POST', url: '/api/system/backup', headers: { ...headers }, payload })
  t.same(outcomeOf(await request(FROM_PAGE, { passphrase: PASSPHRASE })), [409, 'NOT_CLAIMED'])
  const session = await claim(app)
  t.same(outcomeOf(await request(FROM_PAGE, { passphrase: PASSPHRASE })), [401, 'LOGIN_REQUIRED'])
  t.same(outcomeOf(await request(session, {})), [400, 'REQUEST_INVALID'])
  t.same(outcomeOf(await request(session, { passphrase: 'another' })), [401, 'PASSPHRASE_WRONG'])
  const made = await request(session, { passphrase: PASSPHRASE })
  t.equal(made.headers['content-disposition'], 'attachment; filename="river.backup"')
  t.equal(made.body, `under ${PASSPHRASE}`)
})

t.test('a hub that nobody has set up takes a backup, and one that has a passphrase does not', async (t) => {
  const { app, hub } = await openApp(t)
  const restore = (payload: object) =>
    app.inject({ method: 'POST', url: '/api/setup/restore', headers: FROM_PAGE, payload })
  t.same(outcomeOf(await restore({ file: FILE, passphrase: 'another' })), [401, 'PASSPHRASE_WRONG'])
  t.same(outcomeOf(await restore({ file: '<svg>', passphrase: PASSPHRASE })), [400, 'REQUEST_INVALID'])
  const tooLong = { file: 'A'.repeat(4 * 1024 * 1024), passphrase: PASSPHRASE }
  t.equal((await restore(tooLong)).statusCode, 413)
  t.same(hub.asked, [])
  t.same(outcomeOf(await restore({ file: FILE, passphrase: PASSPHRASE })), [202])
  t.same(hub.asked, ['restore'])
  await claim(app)
  t.same(outcomeOf(await restore({ file: FILE, passphrase: PASSPHRASE })), [409, 'ALREADY_CLAIMED'])
})
