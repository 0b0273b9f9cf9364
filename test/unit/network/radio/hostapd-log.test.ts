import t from 'tap'
import { refusalIn } from '../../../../service/network/radio/hostapd-log.ts'

t.test('a mode that the driver refuses is told from a radio that does not work', async (t) => {
  t.same(
    refusalIn(
      'wlan0: interface state UNINITIALIZED->COUNTRY_UPDATE\n' +
        'Channel 13 (primary) not allowed for AP mode\n' +
        'Could not select hw_mode and channel. (-3)\n' +
        'wlan0: interface state COUNTRY_UPDATE->DISABLED\n'
    ),
    [
      'mode-refused',
      'Channel 13 (primary) not allowed for AP mode; Could not select hw_mode and channel. (-3)'
    ]
  )
  t.same(refusalIn('nl80211: Could not configure driver mode\nnl80211 driver initialization failed.\n'), [
    'radio-failed',
    'nl80211: Could not configure driver mode; nl80211 driver initialization failed.'
  ])
  t.same(refusalIn(''), ['radio-failed', 'hostapd did not start'])
})
