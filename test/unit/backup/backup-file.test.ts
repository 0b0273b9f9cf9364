import t from 'tap'
import { openBackup, sealBackup, type BackupContents } from '../../../service/backup/backup-file.ts'

const CHEAP = { opsLimit: 1, memLimit: 8192 }
const CONTENTS: BackupContents = {
  madeAt: 1,
  files: { 'keys/identity': Buffer.from('secret').toString('base64'), 'settings.json': '' }
}

t.test('a backup opens with its passphrase, on any keyboard, and with no other', async (t) => {
  const file = await sealBackup(CONTENTS, 'río Napo', CHEAP)
  t.same(await openBackup(file, 'río Napo'), CONTENTS)
  t.same(await openBackup(file, 'río Napo'.normalize('NFD')), CONTENTS)
  await t.rejects(openBackup(file, 'rio Napo'), { code: 'PASSPHRASE_WRONG' })
  t.notOk(file.includes('secret'))
  t.notOk(file.includes('identity'))
})

t.test('what is no backup, was changed, or would cost too much to open is refused', async (t) => {
  const file = JSON.parse((await sealBackup(CONTENTS, 'a', CHEAP)).toString()) as {
    wrapped: { ciphertext: string }
  }
  const refuse = (change: object, code: string) =>
    t.rejects(openBackup(Buffer.from(JSON.stringify({ ...file, ...change })), 'a'), { code })
  for (const bytes of ['', 'PK\u0003\u0004', '{}', 'null'])
    await t.rejects(openBackup(Buffer.from(bytes), 'a'), { code: 'BACKUP_INVALID' }, JSON.stringify(bytes))
  await refuse({ version: 2 }, 'BACKUP_INVALID')
  await refuse({ wrapped: { ...file.wrapped, memLimit: 1024 ** 4 } }, 'BACKUP_INVALID')
  await refuse({ wrapped: { ...file.wrapped, opsLimit: 1_000 } }, 'BACKUP_INVALID')
  await refuse({ wrapped: { ...file.wrapped, ciphertext: '00' } }, 'BACKUP_INVALID')
  const { ciphertext } = file.wrapped
  const flipped = (ciphertext.startsWith('0') ? '1' : '0') + ciphertext.slice(1)
  await refuse({ wrapped: { ...file.wrapped, ciphertext: flipped } }, 'PASSPHRASE_WRONG')
})

t.test('a backup brings no file that a hub does not keep', async (t) => {
  for (const path of [
    '../outside',
    'keys/../../outside',
    'keys/..',
    '/etc/passwd',
    'cores/db/CURRENT',
    'keys//a',
    'keys/.hidden'
  ]) {
    const file = await sealBackup({ madeAt: 1, files: { [path]: '' } }, 'a', CHEAP)
    await t.rejects(openBackup(file, 'a'), { code: 'BACKUP_INVALID' }, path)
  }
})
