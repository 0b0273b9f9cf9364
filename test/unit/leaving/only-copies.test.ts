import t from 'tap'
import type { DeviceId } from '../../../service/ids.ts'
import { onlyCopies } from '../../../service/leaving/only-copies.ts'
import type { Holding } from '../../../service/sync/holdings.ts'

const [ANA, BEN] = ['a'.repeat(64) as DeviceId, 'b'.repeat(64) as DeviceId]

function holds(byAuthor: Record<string, [documents: number, photos: number | null]>) {
  return new Map(
    Object.entries(byAuthor).map(([author, [documents, photos]]): [DeviceId, Holding] => [
      author as DeviceId,
      { documents, photos }
    ])
  )
}

const hub = { holdings: holds({ [ANA]: [10, 4], [BEN]: [3, 1] }) }

t.test('all that the hub holds is there only once when nobody else holds anything', (t) => {
  t.same(onlyCopies(hub, []), { documents: 13, photos: 5 })
  t.end()
})

t.test('what a device holds that takes everything, or that collected it, is elsewhere', (t) => {
  const ben = { deviceId: BEN, takesEverything: true, holdings: holds({ [ANA]: [8, 4], [BEN]: [3, 1] }) }
  t.same(onlyCopies(hub, [ben]), { documents: 2, photos: 0 })
  const ana = { deviceId: ANA, takesEverything: false, holdings: holds({ [ANA]: [10, 4] }) }
  t.same(onlyCopies(hub, [ben, ana]), { documents: 0, photos: 0 })
  t.end()
})

t.test('previews are no photos, and photos that cannot be counted are none', (t) => {
  const previews = {
    deviceId: BEN,
    takesEverything: false,
    holdings: holds({ [ANA]: [10, 4], [BEN]: [3, 1] })
  }
  t.same(onlyCopies(hub, [previews]), { documents: 0, photos: 4 })
  const uncounted = {
    deviceId: BEN,
    takesEverything: true,
    holdings: holds({ [ANA]: [10, null], [BEN]: [3, 1] })
  }
  t.same(onlyCopies(hub, [uncounted]), { documents: 0, photos: 4 })
  t.end()
})
