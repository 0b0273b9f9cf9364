import t from 'tap'
import { hasMoreFieldsThan } from '../../../service/wire/field-count.ts'

const message = (hex: string) => Buffer.from(hex, 'hex')

t.test('fields of every wire type are counted, whatever they hold', (t) => {
  // A varint, eight bytes, three bytes that look like fields, four bytes.
  const four = message('1005' + '190102030405060708' + '2203100510' + '2d01020304')
  t.notOk(hasMoreFieldsThan(four, 4))
  t.ok(hasMoreFieldsThan(four, 3))
  t.notOk(hasMoreFieldsThan(message(''), 0))
  t.end()
})

t.test('fields of the message in field 1 count too, but nothing deeper', (t) => {
  // Field 1 holds 3 fields, one of them number 1 with bytes that look like fields.
  const common = '0a0410051005' + '1005' + '1200'
  const five = message(`0a${(common.length / 2).toString(16).padStart(2, '0')}${common}` + '1005')
  t.notOk(hasMoreFieldsThan(five, 5))
  t.ok(hasMoreFieldsThan(five, 4))
  t.end()
})

t.test('bytes that are not protobuf are an error', (t) => {
  t.throws(() => hasMoreFieldsThan(message('22ff'), 10))
  t.throws(() => hasMoreFieldsThan(message('10'), 10))
  t.end()
})
