import t from 'tap'
import { LogBuffer } from '../../../service/system/log-buffer.ts'

const line = (level: number, msg: string) => JSON.stringify({ level, time: 0, msg })

t.test('the latest lines of a level and above come first', async (t) => {
  const log = new LogBuffer()
  for (const [level, msg] of [
    [30, 'ready'],
    [40, 'low'],
    [20, 'detail'],
    [50, 'failed']
  ] as const) {
    log.write(`${line(level, msg)}\n`)
  }
  const messages = (level: 'debug' | 'warn' | 'fatal', limit = 10) =>
    log.recent({ level, limit }).map(({ msg }) => msg)
  t.same(messages('debug'), ['failed', 'detail', 'low', 'ready'])
  t.same(messages('warn'), ['failed', 'low'])
  t.same(messages('fatal'), [])
  t.same(messages('debug', 1), ['failed'])
})

t.test('it forgets the oldest lines, by number and by size, and passes over what is no JSON', async (t) => {
  const log = new LogBuffer()
  for (let at = 0; at < 2_500; at++) log.write(line(30, String(at)))
  const kept = log.recent({ level: 'debug', limit: 5_000 })
  t.equal(kept.length, 2_000)
  t.match(kept.at(-1), { msg: '500' })
  log.write('Segmentation fault')
  t.match(log.recent({ level: 'debug', limit: 1 }), [{ msg: '2499' }])
  const long = 'x'.repeat(400_000)
  for (const end of ['a', 'b', 'c']) log.write(line(30, long + end))
  t.equal(log.recent({ level: 'debug', limit: 5_000 }).length, 2, 'a mebibyte at most')
})
