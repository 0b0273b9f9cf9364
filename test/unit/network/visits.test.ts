import t from 'tap'
import type { Station } from '../../../service/network/access-point.ts'
import { Visits } from '../../../service/network/visits.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const aStation = (mac: string, connectedMs = 0): Station => ({
  mac,
  address: null,
  hostname: null,
  signalDbm: null,
  rateMbps: null,
  idleMs: 0,
  connectedMs,
  receivedBytes: 0,
  sentBytes: 0
})

t.test(
  'a visit keeps its name and its beginning while the station is there, and has another one the next time',
  async (t) => {
    const clock = new ManualClock()
    const visits = new Visits({ clock })
    clock.move(10_000)
    const [ana] = visits.of([aStation('02:00:00:00:00:01', 4_000)])
    t.match(ana, { id: /^[0-9a-f]{12}$/, joinedAt: 6_000 })
    clock.move(5_500)
    const [again, ben] = visits.of([aStation('02:00:00:00:00:01', 9_000), aStation('02:00:00:00:00:02')])
    t.match(again, { id: ana?.id, joinedAt: 6_000 })
    t.not(ben?.id, ana?.id)
    visits.of([])
    t.not(visits.of([aStation('02:00:00:00:00:01')])[0]?.id, ana?.id)
  }
)
