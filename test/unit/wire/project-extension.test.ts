import t from 'tap'
import {
  decodeProjectExtension,
  encodeProjectExtension,
  MAX_AUTH_CORES
} from '../../../service/wire/project-extension.ts'

const INVALID = { code: 'WIRE_INVALID' }
const keys = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const key = Buffer.alloc(32)
    key.writeUInt32LE(index)
    return key
  })

t.test('keys come in the order sent, each once', (t) => {
  const [a, b] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  t.same(decodeProjectExtension(encodeProjectExtension([b, a, b])), [b, a])
  t.same(decodeProjectExtension(encodeProjectExtension([])), [])
  t.end()
})

t.test('one key of another length spoils the message', (t) => {
  for (const length of [0, 31, 33]) {
    t.throws(
      () => decodeProjectExtension(encodeProjectExtension([...keys(2), Buffer.alloc(length)])),
      INVALID
    )
  }
  t.end()
})

t.test('keys past the most that a project has are left out', (t) => {
  t.same(decodeProjectExtension(encodeProjectExtension(keys(MAX_AUTH_CORES + 1))), keys(MAX_AUTH_CORES))
  t.end()
})

t.test('a message with far more than that is refused unread', (t) => {
  t.throws(() => decodeProjectExtension(encodeProjectExtension(keys(2 * MAX_AUTH_CORES + 1))), INVALID)
  t.end()
})
