import fc from 'fast-check'
import t from 'tap'
import { MEMBER_LIMITS, STRANGER_LIMITS } from '../../../service/peers/peer-limits.ts'
import { FrameGuard, MAX_HANDSHAKE_FRAME_BYTES } from '../../../service/peers/frame-guard.ts'

function frame(byteLength: number): Buffer {
  return Buffer.concat([lengthOf(byteLength), Buffer.alloc(byteLength, 7)])
}

function lengthOf(byteLength: number): Buffer {
  return Buffer.of(byteLength & 0xff, (byteLength >> 8) & 0xff, byteLength >> 16)
}

/** @returns the verdict on bytes that arrive cut at these places */
function judge(guard: FrameGuard, bytes: Buffer, cuts: readonly number[]): boolean {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).every((end, i) => guard.accepts(bytes.subarray(edges[i], end)))
}

t.test('frames of a handshake are accepted, however the network cuts them', async (t) => {
  const byteLength = fc.integer({ min: 0, max: MAX_HANDSHAKE_FRAME_BYTES })
  fc.assert(
    fc.property(fc.array(byteLength, { maxLength: 3 }), fc.array(fc.nat()), (lengths, cuts) =>
      judge(new FrameGuard(3), Buffer.concat(lengths.map(frame)), cuts)
    )
  )
  t.pass()
})

t.test('a frame that is too long is refused at its length, however the network cuts it', async (t) => {
  const tooLong = fc.integer({ min: MAX_HANDSHAKE_FRAME_BYTES + 1, max: 0xffffff })
  fc.assert(
    fc.property(tooLong, fc.integer({ min: 0, max: 2 }), fc.array(fc.nat()), (byteLength, before, cuts) => {
      const honest = Array.from({ length: before }, () => frame(64))
      return !judge(new FrameGuard(3), Buffer.concat([...honest, lengthOf(byteLength)]), cuts)
    })
  )
  t.pass()
})

t.test('the first message may come at once with the last frame of the handshake', async (t) => {
  const bytes = Buffer.concat([frame(48), frame(64), frame(56), frame(100_000)])
  t.ok(new FrameGuard(3).accepts(bytes))
  t.notOk(new FrameGuard(4).accepts(bytes), 'which is one frame more than a handshake has')
})

t.test('a message is judged by its length, and a member may send longer ones', async (t) => {
  const longest = STRANGER_LIMITS.frameBytes
  t.ok(new FrameGuard(0).accepts(Buffer.concat([frame(longest), frame(7), frame(longest)])))
  t.notOk(new FrameGuard(0).accepts(Buffer.concat([frame(longest), lengthOf(longest + 1)])))
  const guard = new FrameGuard(0)
  guard.maxFrameBytes = MEMBER_LIMITS.frameBytes
  t.ok(guard.accepts(frame(MEMBER_LIMITS.frameBytes)))
  t.notOk(guard.accepts(lengthOf(MEMBER_LIMITS.frameBytes + 1)))
})
