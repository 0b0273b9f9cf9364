import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { shelfName, shelfType } from '../../../service/shelf/file-name.ts'
import {
  Shelf,
  SHELF_FILES_MAX,
  SHELF_QUOTA_BYTES,
  SHELF_RESERVE_BYTES
} from '../../../service/shelf/shelf.ts'
import { makeDirectory } from '../../support/directory.ts'

const PLENTY = 100 * 1024 ** 3

async function openShelf(t: Test, { freeBytes = PLENTY } = {}) {
  const directory = join(makeDirectory(t), 'shelf')
  const shelf = new Shelf({ directory, freeBytes: async () => freeBytes, logger: pino({ level: 'silent' }) })
  await shelf.ready()
  t.teardown(() => shelf.close())
  const put = async (name: string, content: string) => {
    const { id } = await shelf.begin(name, content.length)
    return shelf.append(id, 0, Buffer.from(content))
  }
  const shown = () => readdirSync(directory).filter((name) => !name.startsWith('.'))
  return { shelf, directory, put, shown }
}

t.test('a file comes in chunks and stands on the shelf when it is whole', async (t) => {
  const { shelf, directory, shown } = await openShelf(t)
  let changes = 0
  shelf.on('changed', () => changes++)
  const { id } = await shelf.begin('CoMapeo.apk', 6)
  t.match(await shelf.append(id, 0, Buffer.from('abc')), { received: 3, file: null })
  t.same([shown(), await shelf.list(), changes], [[], [], 0])
  t.same(shelf.progress(id), { id, received: 3, file: null })
  const type = 'application/vnd.android.package-archive'
  t.match(await shelf.append(id, 3, Buffer.from('def')), {
    received: 6,
    file: { name: 'CoMapeo.apk', size: 6, type }
  })
  t.equal(readFileSync(join(directory, 'CoMapeo.apk'), 'utf8'), 'abcdef')
  t.match(await shelf.list(), [{ name: 'CoMapeo.apk', size: 6, type }])
  t.equal(changes, 1)
  await shelf.remove('CoMapeo.apk')
  t.same(await shelf.list(), [])
  t.equal(changes, 2)
  t.throws(() => shelf.progress(id), { code: 'UPLOAD_NOT_FOUND' }, 'the upload has ended')
})

t.test('a chunk that was sent twice, too early or too long is refused and nothing is lost', async (t) => {
  const { shelf, directory } = await openShelf(t)
  const { id } = await shelf.begin('a.smp', 4)
  await shelf.append(id, 0, Buffer.from('ab'))
  for (const [offset, bytes] of [
    [0, 'ab'],
    [3, 'd'],
    [2, 'cde']
  ] as const) {
    await t.rejects(shelf.append(id, offset, Buffer.from(bytes)), { code: 'UPLOAD_OFFSET' })
  }
  await shelf.append(id, 2, Buffer.from('cd'))
  t.equal(readFileSync(join(directory, 'a.smp'), 'utf8'), 'abcd')
})

t.test('chunks that come at once are written one after the other', async (t) => {
  const { shelf, directory } = await openShelf(t)
  const { id } = await shelf.begin('a.smp', 6)
  await Promise.all(['ab', 'cd', 'ef'].map((text, at) => shelf.append(id, 2 * at, Buffer.from(text))))
  t.equal(readFileSync(join(directory, 'a.smp'), 'utf8'), 'abcdef')
})

t.test('no file takes the place of another, also when both are on their way', async (t) => {
  const { shelf, directory, put } = await openShelf(t)
  await put('a.smp', 'one')
  await t.rejects(shelf.begin('a.smp', 3), { code: 'SHELF_NAME_TAKEN' })
  const [first, second] = [await shelf.begin('b.smp', 3), await shelf.begin('b.smp', 3)]
  await shelf.append(first.id, 0, Buffer.from('one'))
  await t.rejects(shelf.append(second.id, 0, Buffer.from('two')), { code: 'SHELF_NAME_TAKEN' })
  t.equal(readFileSync(join(directory, 'b.smp'), 'utf8'), 'one')
})

t.test('the quota, the number of files and the reserve on the card are kept', async (t) => {
  const { shelf, put, directory } = await openShelf(t)
  await put('a.smp', 'one')
  await t.rejects(shelf.begin('b.smp', SHELF_QUOTA_BYTES - 2), { code: 'SHELF_FULL' })
  await shelf.begin('c.smp', SHELF_QUOTA_BYTES - 3)
  await t.rejects(shelf.begin('d.smp', 1), { code: 'SHELF_FULL' }, 'what is on its way counts')
  for (let at = 0; at < SHELF_FILES_MAX; at++) writeFileSync(join(directory, `${at}.txt`), '')
  await t.rejects(shelf.begin('e.smp', 1), { code: 'SHELF_FULL', message: /100 files/ })

  const nearlyFull = await openShelf(t, { freeBytes: SHELF_RESERVE_BYTES + 10 })
  await t.rejects(nearlyFull.shelf.begin('a.smp', 11), { code: 'SHELF_FULL' })
  await nearlyFull.shelf.begin('a.smp', 6)
  await t.rejects(nearlyFull.shelf.begin('b.smp', 5), { code: 'SHELF_FULL' }, 'what is still to come counts')
})

t.test('one upload too many ends the oldest, and a restart ends all', async (t) => {
  const { shelf, directory } = await openShelf(t)
  const uploads = []
  for (let at = 0; at < 4; at++) uploads.push(await shelf.begin(`${at}.smp`, 2))
  await t.rejects(shelf.append(String(uploads[0]?.id), 0, Buffer.from('a')), { code: 'UPLOAD_NOT_FOUND' })
  await shelf.append(String(uploads[1]?.id), 0, Buffer.from('a'))
  await shelf.close()
  t.same(readdirSync(join(directory, '.uploads')), [])
  mkdirSync(join(directory, '.uploads'), { recursive: true })
  writeFileSync(join(directory, '.uploads', 'left'), 'of a cut')
  const again = new Shelf({ directory, freeBytes: async () => PLENTY, logger: pino({ level: 'silent' }) })
  await again.ready()
  t.same(readdirSync(join(directory, '.uploads')), [])
  await again.close()
})

t.test('nothing outside the shelf is removed', async (t) => {
  const { shelf, directory } = await openShelf(t)
  writeFileSync(join(directory, '..', 'secret'), '')
  for (const name of ['../secret', '.uploads', '', 'nothing.smp', '..']) {
    await t.rejects(shelf.remove(name), { code: 'SHELF_FILE_NOT_FOUND' }, name)
  }
  t.ok(readdirSync(join(directory, '..')).includes('secret'))
})

t.test('names lose folders and what file systems refuse', async (t) => {
  for (const [given, name] of [
    ['CoMapeo 1.2.apk', 'CoMapeo 1.2.apk'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\maps\\río.smp', 'río.smp'],
    ['.htaccess', 'htaccess'],
    ['a\u0000b\n"c".smp', 'a_b__c_.smp'],
    ['gnp.\u202ephoto.apk', 'gnp._photo.apk'],
    ['cafe\u0301.smp', 'caf\u00e9.smp']
  ] as const) {
    t.equal(shelfName(given), name)
  }
  for (const given of ['', '..', '/', ' ', 'x'.repeat(201)]) {
    t.throws(() => shelfName(given), { code: 'REQUEST_INVALID' }, given)
  }
  t.equal(shelfType('A.APK'), 'application/vnd.android.package-archive')
  t.equal(shelfType('page.html'), 'application/octet-stream')
})
