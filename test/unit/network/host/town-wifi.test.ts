import t from 'tap'
import { asTown, problemOf } from '../../../../service/network/host/town-wifi.ts'

t.test('each name once, the strongest first, and none that could not be joined', async (t) => {
  const heard = (ssid: string, signal_level: number, security = 'WPA2') => ({ ssid, signal_level, security })
  t.same(
    asTown([
      heard('Far', -80),
      heard('Town', -60),
      heard('Town', -40),
      heard('Open', -50, ''),
      heard('', -30),
      heard('cut\\', -30),
      heard('Broken', NaN)
    ]),
    [
      { ssid: 'Town', signalDbm: -40, secured: true },
      { ssid: 'Open', signalDbm: -50, secured: false },
      { ssid: 'Far', signalDbm: -80, secured: true }
    ]
  )
})

t.test('what NetworkManager says is put into the words of the hub', async (t) => {
  t.equal(problemOf("No network with SSID 'Nowhere' found."), 'not-heard')
  t.equal(problemOf('7 (Secrets were required, but not provided)'), 'passphrase-refused')
  t.equal(problemOf('53 (The Wi-Fi network could not be found)'), 'not-heard')
  t.equal(
    problemOf('5 (IP configuration could not be reserved (no available address, timeout, etc.))'),
    'no-address'
  )
  t.equal(problemOf(''), 'join-failed')
})
