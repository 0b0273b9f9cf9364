import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { makeDirectory } from '../../support/directory.ts'
import { filesWith } from '../projects/files-with.ts'
import { openKeyRing } from './open-key-ring.ts'

const PASSPHRASE = 'el río está alto'
const SECRET = { position: 'Yasuní -0.9876' }

t.test('before there is a passphrase a hub is open, and its secrets survive a restart', async (t) => {
  const directory = makeDirectory(t)
  const before = await openKeyRing(directory)
  t.match(before, { mode: 'open', isLocked: false, hasPassphrase: false })
  t.equal(await before.secret('a/b').read(), null)
  await before.secret('a/b').write(SECRET)
  const after = await openKeyRing(directory)
  t.same(await after.secret('a/b').read(), SECRET)
  t.equal(await after.unlock(''), false)
})

t.test('a sealed hub is locked at every start, and the passphrase alone unlocks it', async (t) => {
  const directory = makeDirectory(t)
  const before = await openKeyRing(directory)
  await before.secret('a').write(SECRET)
  await before.beginSealing(PASSPHRASE)
  t.same(await before.secret('a').read(), SECRET, 'it is unlocked while it is being sealed')
  await before.finishSealing()
  const after = await openKeyRing(directory)
  t.match(after, { mode: 'sealed', isLocked: true, hasPassphrase: true, isSealing: false })
  await t.rejects(after.secret('a').read(), { code: 'HUB_LOCKED' })
  t.equal(await after.unlock('not this one'), false)
  t.equal(after.isLocked, true)
  t.equal(await after.unlock(PASSPHRASE), true)
  t.same(await after.secret('a').read(), SECRET)
  after.lock()
  await t.rejects(after.secret('a').read(), { code: 'HUB_LOCKED' })
  t.equal(await after.unlock(PASSPHRASE), true, 'as often as it is locked')
  t.same(await after.secret('a').read(), SECRET)
})

t.test('letters that keyboards compose in different ways are one passphrase', async (t) => {
  const keyRing = await openKeyRing(makeDirectory(t))
  await keyRing.beginSealing(PASSPHRASE.normalize('NFC'))
  t.equal(await keyRing.unlock(PASSPHRASE.normalize('NFD')), true)
})

t.test('a locked hub takes secrets in that it cannot read', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.beginSealing(PASSPHRASE)
  await keyRing.finishSealing()
  keyRing.lock()
  await keyRing.secret('late').write(SECRET)
  await t.rejects(keyRing.secret('late').read(), { code: 'HUB_LOCKED' })
  t.same(await filesWith(directory, Buffer.from('Yasuní')), [])
  await keyRing.unlock(PASSPHRASE)
  t.same(await keyRing.secret('late').read(), SECRET)
})

t.test('what lay on the card openly does not open what is sealed', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.secret('a').write(SECRET)
  const lying = await readFile(join(directory, 'seal-open'))
  await keyRing.beginSealing(PASSPHRASE)
  await keyRing.finishSealing()
  t.same((await readdir(directory)).sort(), ['seal', 'seal.copy', 'secret'])
  const { secretKey } = JSON.parse(lying.subarray(32).toString()) as { secretKey: string }
  t.same(await filesWith(directory, Buffer.from(secretKey)), [])
  // Whoever kept a copy of the open key puts it back.
  await writeFile(join(directory, 'seal-open'), lying)
  const stolen = await openKeyRing(directory)
  t.equal(stolen.isLocked, true)
  await t.rejects(stolen.secret('a').read(), { code: 'HUB_LOCKED' })
  t.equal(stolen.open((await readFile(join(directory, 'secret', 'a'))).subarray(32)), null)
})

t.test(
  'a hub that a cut stopped while it was being sealed is locked, and goes on when it is unlocked',
  async (t) => {
    const directory = makeDirectory(t)
    const before = await openKeyRing(directory)
    for (const name of ['a', 'deep/b']) await before.secret(name).write(SECRET)
    const old = join(directory, 'old')
    await cp(join(directory, 'secret'), old, { recursive: true })
    await before.beginSealing(PASSPHRASE)
    await before.secret('new').write('sealed to the new key')
    // One of the two was not sealed anew yet, nor its copy.
    for (const name of ['deep/b', 'deep/b.copy']) await cp(join(old, name), join(directory, 'secret', name))
    const after = await openKeyRing(directory)
    t.match(after, { mode: 'sealed', isLocked: true, isSealing: true })
    await t.rejects(after.secret('a').read(), { code: 'HUB_LOCKED' })
    await after.unlock(PASSPHRASE)
    for (const name of ['a', 'deep/b']) t.same(await after.secret(name).read(), SECRET)
    await after.resealAll()
    await after.finishSealing()
    t.equal(after.isSealing, false)
    const finished = await openKeyRing(directory)
    await finished.unlock(PASSPHRASE)
    for (const name of ['a', 'deep/b']) t.same(await finished.secret(name).read(), SECRET)
    t.equal(await finished.secret('new').read(), 'sealed to the new key')
  }
)

t.test('another passphrase takes the place of the first, and no secret changes', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.secret('a').write(SECRET)
  await keyRing.beginSealing(PASSPHRASE)
  await keyRing.finishSealing()
  const before = await readFile(join(directory, 'secret', 'a'))
  await keyRing.setPassphrase('the river is low')
  t.same(await readFile(join(directory, 'secret', 'a')), before)
  const after = await openKeyRing(directory)
  t.equal(await after.unlock(PASSPHRASE), false)
  t.equal(await after.unlock('the river is low'), true)
  t.same(await after.secret('a').read(), SECRET)
  after.lock()
  await t.rejects(after.setPassphrase('a third passphrase'), { code: 'HUB_LOCKED' })
})

t.test('a sealed hub that is opened is open at every start, and can be sealed again', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.secret('a').write(SECRET)
  await keyRing.beginSealing(PASSPHRASE)
  await keyRing.finishSealing()
  await keyRing.unseal()
  const open = await openKeyRing(directory)
  t.match(open, { mode: 'open', isLocked: false, hasPassphrase: true })
  t.same(await open.secret('a').read(), SECRET)
  open.lock()
  t.equal(open.isLocked, false, 'there is nothing to forget')
  t.equal(await open.unlock('not this one'), false)
  t.equal(await open.unlock(PASSPHRASE), true)
  await open.beginSealing(PASSPHRASE)
  await open.finishSealing()
  const sealed = await openKeyRing(directory)
  t.equal(sealed.isLocked, true)
  await sealed.unlock(PASSPHRASE)
  t.same(await sealed.secret('a').read(), SECRET)
})

t.test('a secret in the place of another one, or changed, does not open', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.secret('a').write('of a')
  for (const name of ['b', 'b.copy']) {
    await cp(join(directory, 'secret', name.replace('b', 'a')), join(directory, 'secret', name))
  }
  await t.rejects(keyRing.secret('b').read(), { code: 'FILE_DAMAGED' })
})

for (const name of ['seal', 'seal.copy', 'secret/a', 'secret/a.copy']) {
  t.test(`a ${name} that is damaged or gone is repaired from its other copy`, async (t) => {
    const directory = makeDirectory(t)
    const keyRing = await openKeyRing(directory)
    await keyRing.secret('a').write(SECRET)
    await keyRing.beginSealing(PASSPHRASE)
    await keyRing.finishSealing()
    for (const damage of [() => writeFile(join(directory, name), 'x'), () => rm(join(directory, name))]) {
      await damage()
      const after = await openKeyRing(directory)
      t.equal(await after.unlock(PASSPHRASE), true)
      t.same(await after.secret('a').read(), SECRET)
    }
  })
}

t.test('a key that is gone is not made again while anything is sealed to it', async (t) => {
  const directory = makeDirectory(t)
  const keyRing = await openKeyRing(directory)
  await keyRing.secret('a').write(SECRET)
  for (const name of ['seal-open', 'seal-open.copy']) await rm(join(directory, name))
  await t.rejects(openKeyRing(directory), { code: 'FILE_DAMAGED', message: /from a backup/ })
})
