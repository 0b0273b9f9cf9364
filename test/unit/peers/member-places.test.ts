import { pino } from 'pino'
import t from 'tap'
import type { DeviceId } from '../../../service/ids.ts'
import {
  BYTES_OF_CORE,
  BYTES_OF_HUB,
  BYTES_OF_MEMBER,
  LEAST_BYTES_OF_MEMBERS,
  MemberPlaces,
  STAY_MS,
  WAITING_MS
} from '../../../service/peers/member-places.ts'
import { NextTurn, TURN_MS } from '../../../service/peers/next-turn.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { openPeers } from './open-peers.ts'

const CORES = 250
const BYTES_OF_ONE = BYTES_OF_MEMBER + CORES * BYTES_OF_CORE

/** Members with numbers for names, of whom so many have room; tells in which order they had to give way. */
function makeMembers(count: number, options: { room: number }) {
  const clock = new ManualClock()
  const places = new MemberPlaces({ memoryBytes: BYTES_OF_HUB + options.room * BYTES_OF_ONE, clock })
  const gone: number[] = []
  const members = Array.from({ length: count }, (_, name) => {
    const connect = () => {
      const place = places.place(String(name) as DeviceId, () => {
        gone.push(name)
        place.end() // as when its connection has closed
      })
      return place
    }
    let place = connect()
    return {
      come: (cores = CORES, projectId = 'forest') => place.take(projectId, cores),
      comeAgain: () => (place = connect()).take('forest', CORES),
      move: () => place.moved(),
      leave: () => place.end()
    }
  })
  return { clock, gone, members }
}

t.test('where there is room for all, nobody gives way', async (t) => {
  const { gone, members } = makeMembers(50, { room: 50 })
  for (const member of members) t.ok(member.come())
  t.same(gone, [])
})

t.test('whoever has moved nothing for longest gives way to one who comes', async (t) => {
  const { clock, gone, members } = makeMembers(6, { room: 4 })
  for (const member of members.slice(0, 4)) member.come()
  members[0]?.move()
  members[2]?.move()
  clock.move(STAY_MS)
  t.ok(members[4]?.come())
  t.ok(members[5]?.come())
  t.same(gone, [1, 3])
})

t.test('nobody is chased away who has only just come: then it is the one who comes', async (t) => {
  const { clock, gone, members } = makeMembers(4, { room: 2 })
  members[0]?.come()
  clock.move(STAY_MS)
  members[1]?.come()
  t.ok(members[2]?.come())
  t.notOk(members[3]?.come())
  t.same(gone, [0, 3])
})

t.test('everybody has a turn, also who always comes a moment after the others', async (t) => {
  const { clock, members } = makeMembers(5, { room: 2 })
  const served = new Set<number>()
  for (let visit = 0; visit < 4; visit++) {
    for (const [name, member] of members.entries()) {
      member.leave()
      if (member.comeAgain()) served.add(name)
    }
    clock.move(STAY_MS)
  }
  t.equal(served.size, members.length)
})

t.test('nobody waits for one who does not come again', async (t) => {
  const { clock, members } = makeMembers(3, { room: 1 })
  t.ok(members[0]?.come())
  t.notOk(members[1]?.come())
  clock.move(STAY_MS)
  t.notOk(members[2]?.come(), 'another one is to be next')
  clock.move(WAITING_MS)
  t.ok(members[2]?.comeAgain())
})

t.test('a place that a member has left is free', async (t) => {
  const { gone, members } = makeMembers(3, { room: 2 })
  members[0]?.come()
  members[1]?.come()
  members[0]?.leave()
  t.ok(members[2]?.come())
  t.same(gone, [])
})

t.test('each project counts, and one that grows makes others give way', async (t) => {
  const { gone, members } = makeMembers(3, { room: 3 })
  for (const member of members) member.come()
  t.ok(members[2]?.come(CORES, 'river'))
  t.same(gone, [0])
  members[2]?.come(0, 'river')
  t.ok(members[1]?.come(CORES + 1))
  t.same(gone, [0])
})

t.test('one member has room, however large its project and small the machine', async (t) => {
  const places = new MemberPlaces({ memoryBytes: 0, clock: new ManualClock() })
  const place = places.place('0' as DeviceId, () => t.fail('it gave way'))
  t.ok(place.take('forest', (10 * LEAST_BYTES_OF_MEMBERS) / BYTES_OF_CORE))
})

t.test('members who had to give way are called again after a turn, once for all of them', async (t) => {
  const clock = new ManualClock()
  const peers = await openPeers(t)
  const turn = new NextTurn({ peers, clock, logger: pino({ level: 'silent' }) })
  await turn.ready()
  let calls = 0
  turn.on('due', () => calls++)
  for (let i = 0; i < 3; i++) peers.emit('gave-way')
  clock.move(TURN_MS - 1)
  t.equal(calls, 0)
  clock.move(1)
  peers.emit('gave-way')
  clock.move(TURN_MS)
  t.equal(calls, 2)
  peers.emit('gave-way')
  await turn.close()
  clock.move(TURN_MS)
  t.equal(calls, 2, 'and not when the hub has stopped')
})
