// What a town has besides its Wi-Fi: a page that greets whoever comes by his address, and a clock that is an hour ahead.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'

const AHEAD_MS = 60 * 60_000
// RFC 5905: seconds since 1900, and parts of 2^32 of one.
const SECONDS_FROM_1900_TO_1970 = 2_208_988_800

// By no clock that the hub could set.
const startedAt = Date.now() - performance.now()

createServer(({ socket }, response) => response.end(`hello ${socket.remoteAddress}`)).listen(80, '0.0.0.0')

const clock = createSocket('udp4')
clock.on('message', (question, { address, port }) => {
  const answer = Buffer.alloc(48)
  answer.writeUInt8(0x24, 0) // version 4, a server
  answer.writeUInt8(2, 1) // second hand
  answer.write('WAYS', 12)
  const now = startedAt + performance.now() + AHEAD_MS
  for (const offset of [16, 32, 40]) {
    answer.writeUInt32BE(Math.floor(now / 1000) + SECONDS_FROM_1900_TO_1970, offset)
    answer.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), offset + 4)
  }
  question.copy(answer, 24, 40, 48) // what was asked at
  clock.send(answer, port, address)
})
clock.bind(123, '0.0.0.0')
