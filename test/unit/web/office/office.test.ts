import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { Office } from '../../../../service/web/office/office.ts'
import { ManualClock } from '../../../support/manual-clock.ts'

const PASSPHRASE = 'the river is high'
const MINUTE = 60_000

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

async function openOffice(t: Test, keysDirectory = join(t.testdir(), 'keys')) {
  const clock = new ManualClock()
  const office = new Office({ keysDirectory, clock, logger: pino({ level: 'silent' }) })
  await office.ready()
  t.teardown(() => office.close())
  return { office, clock, keysDirectory }
}

const withSession = (session: string) => ({ session, bearer: undefined })

t.test('a hub is claimed once, and the passphrase survives a restart as an argon2id hash', async (t) => {
  const { office, keysDirectory } = await openOffice(t)
  t.equal(office.claimed, false)
  await office.claim(PASSPHRASE)
  t.equal(office.claimed, true)
  await t.rejects(office.claim('another passphrase'), { code: 'ALREADY_CLAIMED' })
  const path = join(keysDirectory, 'office.json')
  t.match(await readFile(path, 'utf8'), /\$argon2id\$/)
  t.notMatch(await readFile(path, 'utf8'), PASSPHRASE)
  t.equal((await stat(path)).mode & 0o777, 0o600)

  const again = await openOffice(t, keysDirectory)
  t.equal(again.office.claimed, true)
  t.ok(await again.office.login(PASSPHRASE))
})

t.test('of two claims at the same moment one is refused', async (t) => {
  const { office } = await openOffice(t)
  const claims = await Promise.allSettled([office.claim(PASSPHRASE), office.claim('another passphrase')])
  t.same(claims.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

t.test('a passphrase of eleven characters is refused, however many bytes they have', async (t) => {
  const { office } = await openOffice(t)
  await t.rejects(office.claim('12345678901'), { code: 'PASSPHRASE_WEAK' })
  await t.rejects(office.claim('🌊'.repeat(11)), { code: 'PASSPHRASE_WEAK' })
  t.equal(office.claimed, false)
  t.ok(await office.claim('río, pan, 7 lunas'.slice(0, 12)))
})

t.test('a passphrase that is long and easy to guess is refused', async (t) => {
  const { office } = await openOffice(t)
  for (const passphrase of [
    '123456789012',
    'waystation2024',
    'passwordpassword',
    'qwertyuiop[]',
    'a'.repeat(40)
  ]) {
    await t.rejects(office.claim(passphrase), { code: 'PASSPHRASE_WEAK' }, passphrase)
  }
  t.equal(office.claimed, false)
  t.ok(await office.claim('lluvia tambor nube siete'))
})

t.test('letters that keyboards compose in different ways open the same office', async (t) => {
  const { office } = await openOffice(t)
  await office.claim('el río está alto'.normalize('NFC'))
  t.ok(await office.login('el río está alto'.normalize('NFD')))
})

t.test(
  'a damaged passphrase file keeps the office from opening instead of leaving it to be claimed',
  async (t) => {
    const { keysDirectory } = await openOffice(t)
    for (const damaged of ['', '{}', '{"version":1}', '{"version":2,"passphraseHash":"x"}']) {
      await writeFile(join(keysDirectory, 'office.json'), damaged)
      await t.rejects(openOffice(t, keysDirectory), damaged)
    }
  }
)

t.test('nobody logs in before there is a passphrase', async (t) => {
  const { office } = await openOffice(t)
  await t.rejects(office.login(PASSPHRASE), { code: 'NOT_CLAIMED' })
})

t.test('a session ends after 30 minutes without use', async (t) => {
  const { office, clock } = await openOffice(t)
  const session = withSession(await office.claim(PASSPHRASE))
  clock.move(29 * MINUTE)
  office.enter(session)
  clock.move(29 * MINUTE)
  t.ok(office.isOpenTo(session), 'use prolongs it')
  clock.move(1 * MINUTE)
  t.notOk(office.isOpenTo(session), 'looking does not')
  t.throws(() => office.enter(session), { code: 'LOGIN_REQUIRED' })
})

t.test('a session ends after 12 hours, also in use', async (t) => {
  const { office, clock } = await openOffice(t)
  const session = withSession(await office.claim(PASSPHRASE))
  for (let quarters = 1; quarters < 12 * 4; quarters++) {
    clock.move(15 * MINUTE)
    office.enter(session)
  }
  clock.move(15 * MINUTE)
  t.throws(() => office.enter(session), { code: 'LOGIN_REQUIRED' })
})

t.test('the wall clock has no say in sessions', async (t) => {
  const { office, clock } = await openOffice(t)
  const session = withSession(await office.claim(PASSPHRASE))
  clock.jump(Date.parse('2031-01-01'))
  t.ok(office.isOpenTo(session))
})

t.test('the sixth session ends the one that was idle for longest', async (t) => {
  const { office } = await openOffice(t)
  const sessions = [withSession(await office.claim(PASSPHRASE))]
  for (let login = 0; login < 4; login++) sessions.push(withSession(await office.login(PASSPHRASE)))
  const [first, second] = sessions
  if (first === undefined || second === undefined) throw new Error('there are five')
  office.enter(first)
  const sixth = withSession(await office.login(PASSPHRASE))
  t.notOk(office.isOpenTo(second))
  for (const session of [first, ...sessions.slice(2), sixth]) t.ok(office.isOpenTo(session))
})

t.test('after logout the session opens nothing', async (t) => {
  const { office } = await openOffice(t)
  const token = await office.claim(PASSPHRASE)
  office.logout(token)
  t.throws(() => office.enter(withSession(token)), { code: 'LOGIN_REQUIRED' })
})

t.test(
  'the operator token is in a file of the user alone, opens the office, and is another after a restart',
  async (t) => {
    const { office, keysDirectory } = await openOffice(t)
    const path = join(keysDirectory, 'operator-token')
    const bearer = (await readFile(path, 'utf8')).trim()
    t.match(bearer, /^[\w-]{43}$/)
    t.equal((await stat(path)).mode & 0o777, 0o600)
    t.doesNotThrow(() => office.enter({ session: undefined, bearer }))
    t.throws(() => office.enter({ session: undefined, bearer: bearer.slice(1) }), { code: 'NOT_CLAIMED' })
    const { office: later } = await openOffice(t, keysDirectory)
    t.throws(() => later.enter({ session: undefined, bearer }), { code: 'NOT_CLAIMED' })
  }
)
