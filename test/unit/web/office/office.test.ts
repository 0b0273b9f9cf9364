import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { Office } from '../../../../service/web/office/office.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { MemoryLock } from '../memory-lock.ts'

const ADDRESS = '10.0.0.7'
const PASSPHRASE = 'the river is high'
const MINUTE = 60_000

interface Test {
  testdir(): string
  teardown(action: () => Promise<void>): void
}

async function openOffice(t: Test, keysDirectory = join(t.testdir(), 'keys'), lock = new MemoryLock()) {
  const clock = new ManualClock()
  const office = new Office({ keysDirectory, lock, clock, logger: pino({ level: 'silent' }) })
  await office.ready()
  t.teardown(() => office.close())
  return { office, clock, keysDirectory, lock }
}

const withSession = (session: string) => ({ session, bearer: undefined })

t.test('a hub is claimed once, and is sealed from then on', async (t) => {
  const { office, lock } = await openOffice(t)
  t.equal(office.claimed, false)
  await office.claim(PASSPHRASE)
  t.equal(office.claimed, true)
  t.same(office.seal, { mode: 'sealed', locked: false })
  await t.rejects(office.claim('another passphrase'), { code: 'ALREADY_CLAIMED' })
  t.equal(lock.passphrase, PASSPHRASE)
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

/** What version 0.1 wrote when a hub was claimed with the passphrase of these tests. */
const FORMER_FILE = JSON.stringify({
  version: 1,
  passphraseHash:
    '$argon2id$v=19$m=65536,t=2,p=1$sNIhIwAOwT5TkPM7Tb3GIw$swCU9lVOMAF3IzQHmB/AxCGDH+mIO9uWgpu3Q54888E'
})

t.test('a hub that an older version claimed is sealed by its first login', async (t) => {
  const keysDirectory = join(t.testdir({ keys: { 'office.json': FORMER_FILE } }), 'keys')
  const { office, lock } = await openOffice(t, keysDirectory)
  t.equal(office.claimed, true)
  await t.rejects(office.claim('another passphrase'), { code: 'ALREADY_CLAIMED' })
  await t.rejects(office.login('another passphrase', ADDRESS), { code: 'PASSPHRASE_WRONG' })
  t.equal(lock.hasPassphrase, false)
  t.ok(await office.login(PASSPHRASE, ADDRESS))
  t.equal(lock.passphrase, PASSPHRASE)
  t.same(office.seal, { mode: 'sealed', locked: false })
  await t.rejects(stat(join(keysDirectory, 'office.json')), { code: 'ENOENT' })
  t.ok(await office.login(PASSPHRASE, ADDRESS), 'and the next login asks the lock')
})

t.test('login unlocks a locked hub; locking ends every session', async (t) => {
  const { office } = await openOffice(t)
  const session = withSession(await office.claim(PASSPHRASE))
  await office.lock()
  t.same(office.seal, { mode: 'sealed', locked: true })
  t.notOk(office.isOpenTo(session))
  await t.rejects(office.login('another passphrase', ADDRESS), { code: 'PASSPHRASE_WRONG' })
  t.ok(office.seal.locked)
  t.ok(office.isOpenTo(withSession(await office.login(PASSPHRASE, ADDRESS))))
  t.notOk(office.seal.locked)
})

t.test('a hub locks itself 30 minutes after the last use of the office', async (t) => {
  const { office, clock } = await openOffice(t)
  const session = withSession(await office.claim(PASSPHRASE))
  office.enter(session)
  clock.move(29 * MINUTE)
  office.enter(session)
  clock.move(29 * MINUTE)
  t.notOk(office.seal.locked, 'use puts it off')
  clock.move(1 * MINUTE)
  t.ok(office.seal.locked)
})

t.test('an answer that is still being sent keeps the hub from locking itself', async (t) => {
  const { office, clock } = await openOffice(t)
  office.enter(withSession(await office.claim(PASSPHRASE)))
  office.visitBegan()
  clock.move(31 * MINUTE)
  t.notOk(office.seal.locked)
  office.visitEnded()
  clock.move(29 * MINUTE)
  t.notOk(office.seal.locked, 'its end counts as use')
  clock.move(1 * MINUTE)
  t.ok(office.seal.locked)
})

t.test('the passphrase is changed by who knows the old one', async (t) => {
  const { office } = await openOffice(t)
  await t.rejects(office.changePassphrase(PASSPHRASE, 'the river is low'), { code: 'NOT_CLAIMED' })
  await office.claim(PASSPHRASE)
  await t.rejects(office.changePassphrase('not this one', 'the river is low'), { code: 'PASSPHRASE_WRONG' })
  await t.rejects(office.changePassphrase(PASSPHRASE, 'short'), { code: 'PASSPHRASE_WEAK' })
  await office.changePassphrase(PASSPHRASE, 'the river is low')
  await t.rejects(office.login(PASSPHRASE, ADDRESS), { code: 'PASSPHRASE_WRONG' })
  t.ok(await office.login('the river is low', ADDRESS))
})

t.test('wrong passphrases are counted together, whatever they were to open', async (t) => {
  const { office } = await openOffice(t)
  await office.claim(PASSPHRASE)
  const wrong = { code: 'PASSPHRASE_WRONG' }
  await t.rejects(office.login('not this one', ADDRESS), wrong)
  await t.rejects(office.changePassphrase('not this one', 'the river is low'), wrong)
  await t.rejects(office.setSealMode('open', 'not this one'), wrong)
  await t.rejects(office.setSealMode('open', PASSPHRASE), { code: 'LOGIN_THROTTLED' })
})

t.test('opening the hub to everybody takes the passphrase', async (t) => {
  const { office } = await openOffice(t)
  await office.claim(PASSPHRASE)
  await t.rejects(office.setSealMode('open', 'not this one'), { code: 'PASSPHRASE_WRONG' })
  t.equal(office.seal.mode, 'sealed')
  await office.setSealMode('open', PASSPHRASE)
  t.equal(office.seal.mode, 'open')
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
  await t.rejects(office.login(PASSPHRASE, ADDRESS), { code: 'NOT_CLAIMED' })
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
  for (let login = 0; login < 4; login++) sessions.push(withSession(await office.login(PASSPHRASE, ADDRESS)))
  const [first, second] = sessions
  if (first === undefined || second === undefined) throw new Error('there are five')
  office.enter(first)
  const sixth = withSession(await office.login(PASSPHRASE, ADDRESS))
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
