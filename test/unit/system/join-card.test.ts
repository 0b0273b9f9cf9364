import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { pino } from 'pino'
import t from 'tap'
import { joinCardHtml, joinCardPng, type Joining } from '../../../service/system/join-card.ts'
import { JoinCardWriter } from '../../../service/system/join-card-writer.ts'
import { qrPng } from '../../../service/system/qr-png.ts'

const JOINING: Joining = {
  hubName: 'River <house> & "school"',
  idStart: '0123456789ab',
  wifi: { ssid: 'River; school', passphrase: 'night-<river>' },
  pages: ['http://10.42.0.1', 'http://waystation.lan'],
  fingerprint: null
}

t.test('a picture has a square of pixels for each module, dark where the module is', async (t) => {
  const png = qrPng([
    [true, false],
    [false, true]
  ])
  const side = png.readUInt32BE(16)
  t.equal(png.readUInt32BE(20), side)
  t.equal(png.subarray(12, 16).toString(), 'IHDR')
  const at = png.indexOf('IDAT')
  const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
  const lineBytes = 1 + side / 8
  const isDark = (x: number, y: number) =>
    ((pixels[y * lineBytes + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0
  const half = side / 2
  for (const [x, y] of [
    [0, 0],
    [half - 1, half - 1],
    [half, half],
    [side - 1, side - 1]
  ] as const) {
    t.ok(isDark(x, y), `${x} ${y}`)
    t.notOk(isDark(side - 1 - x, y), `beside ${x} ${y}`)
  }
})

t.test('the card says name, Wi-Fi, passphrase and page, whatever characters are in them', async (t) => {
  const html = joinCardHtml(JOINING)
  t.notMatch(html, /<house>|<river>/)
  t.match(html, /River &#60;house&#62; &#38; &#34;school&#34;/)
  t.match(html, /night-&#60;river&#62;/)
  for (const text of ['0123456789ab', 'River; school', 'http://10.42.0.1', 'http://waystation.lan']) {
    t.ok(html.includes(text), text)
  }
})

t.test('where the page is encrypted too, the card says by what its certificate is known', async (t) => {
  const fingerprint = 'AB:CD:'.repeat(16).slice(0, -1)
  t.ok(joinCardHtml({ ...JOINING, fingerprint }).includes(`<code>${fingerprint}</code>`))
  t.notMatch(joinCardHtml(JOINING), /SHA-256/)
})

t.test('a hub on a network that is not its own has a card of its page', async (t) => {
  const html = joinCardHtml({ ...JOINING, wifi: null })
  t.notMatch(html, /Wi-Fi/)
  t.match(html, /http:\/\/10\.42\.0\.1/)
  t.not(joinCardPng(JOINING).equals(joinCardPng({ ...JOINING, wifi: null })), true)
})

t.test('the card is left when there is a network to join, and again only when it changed', async (t) => {
  const directory = t.testdir({})
  let joining: Joining | null = null
  const writer = new JoinCardWriter({ directory, joining: () => joining, logger: pino({ level: 'silent' }) })
  await writer.ready()
  t.teardown(() => writer.close())
  t.same(readdirSync(directory), [])
  joining = JOINING
  await writer.refresh()
  t.same(readdirSync(directory).sort(), ['join-card.html', 'join-card.png'])
  t.equal(readFileSync(join(directory, 'join-card.html'), 'utf8'), joinCardHtml(JOINING))
  const written = statSync(join(directory, 'join-card.html')).ino
  await writer.refresh()
  t.equal(statSync(join(directory, 'join-card.html')).ino, written)
})
