import t from 'tap'
import {
  decodeDownloadIntent,
  encodeDownloadIntent
} from '../../../service/wire/download-intent-extension.ts'

const INVALID = { code: 'WIRE_INVALID' }
const names = (count: number, length = 4) =>
  Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, 'x'))
const sent = (variants: Record<string, string[]>) =>
  decodeDownloadIntent(
    encodeDownloadIntent({ everything: false, variants: new Map(Object.entries(variants)) })
  )

t.test('an archive asks for everything', (t) => {
  const bytes = encodeDownloadIntent({ everything: true, variants: new Map() })
  t.equal(bytes.toString('hex'), '1001')
  t.same(decodeDownloadIntent(bytes), { everything: true, variants: new Map() })
  t.end()
})

t.test('a type without variants stays: it means all of them', (t) => {
  t.same(
    sent({ photo: ['preview', 'thumbnail'], audio: [] }).variants,
    new Map([
      ['photo', ['preview', 'thumbnail']],
      ['audio', []]
    ])
  )
  t.end()
})

t.test('names of the prototype are names like any other', (t) => {
  const { variants } = sent(JSON.parse('{"__proto__":["a"],"constructor":["b"]}') as Record<string, string[]>)
  t.same([...variants.keys()].sort(), ['__proto__', 'constructor'])
  t.equal(sent({}).variants.get('toString'), undefined)
  t.end()
})

t.test('as many and as long names as any phone would send, and no more', (t) => {
  const types = (count: number) => Object.fromEntries(names(count).map((name) => [name, []]))
  t.equal(sent(types(16)).variants.size, 16)
  t.throws(() => sent(types(17)), INVALID)
  t.equal(sent({ photo: names(16) }).variants.get('photo')?.length, 16)
  t.throws(() => sent({ photo: names(17) }), INVALID)
  t.doesNotThrow(() => sent({ photo: names(1, 64) }))
  t.throws(() => sent({ photo: names(1, 65) }), INVALID)
  t.throws(() => sent({ ['x'.repeat(65)]: [] }), INVALID)
  t.end()
})

t.test('the largest accepted intent fits into the longest accepted message', (t) => {
  const longest = Object.fromEntries(
    names(16, 64).map((name) => [
      name.replaceAll('x', '木'),
      names(16, 64).map((variant) => variant.replaceAll('x', '木'))
    ])
  )
  t.equal(sent(longest).variants.size, 16)
  t.throws(() => decodeDownloadIntent(Buffer.alloc(100_000)), { code: 'WIRE_INVALID', message: /at most/ })
  t.end()
})
