import fc from 'fast-check'
import t from 'tap'
import { cleanText } from '../../../service/wire/text.ts'

t.test('text is kept on one line, without control characters', (t) => {
  t.equal(cleanText(' Río\r\nNegro\u0000\u001b[31m ', 40), 'Río Negro[31m')
  t.equal(cleanText('a \u0000 b', 40), 'a b')
  t.end()
})

t.test('characters that turn the direction of what follows are removed', (t) => {
  t.equal(cleanText('\u202eanA\u202c \u2066x\u2069', 40), 'anA x')
  t.end()
})

t.test('joiners stay, as scripts and emoji need them', (t) => {
  t.equal(cleanText('क्‍ष 👩‍🌾', 40), 'क्‍ष 👩‍🌾')
  t.end()
})

t.test('text is cut between characters', (t) => {
  t.equal(cleanText('🌳🌳🌳', 2), '🌳🌳')
  t.equal(cleanText('ab cd', 3), 'ab')
  t.end()
})

t.test('any text comes out clean, within the limit, and is not changed a second time', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (text, limit) => {
        const cleaned = cleanText(text, limit)
        t.ok([...cleaned].length <= limit)
        t.notMatch(cleaned, /[\p{Cc}\p{Cs}]/u)
        t.equal(cleanText(cleaned, limit), cleaned)
      }
    )
  )
  t.end()
})
