import t from 'tap'
import { Presence } from '../../../service/discovery/presence.ts'

t.test('a device on two networks is gone when neither hears it', async (t) => {
  const presence = new Presence()
  presence.heard('phone', 'wlan0')
  presence.heard('phone', 'eth0')
  presence.heard('phone', 'eth0')
  t.equal(presence.gone('phone', 'eth0'), false)
  t.equal(presence.gone('phone', 'eth0'), false)
  t.equal(presence.gone('phone', 'wlan0'), true)
  t.equal(presence.gone('phone', 'wlan0'), false, 'once')
})

t.test('a network that goes takes those along that it alone had heard', async (t) => {
  const presence = new Presence()
  presence.heard('phone', 'wlan0')
  presence.heard('laptop', 'wlan0')
  presence.heard('laptop', 'eth0')
  t.same(presence.linkGone('wlan0'), ['phone'])
  t.same(presence.linkGone('eth0'), ['laptop'])
})
