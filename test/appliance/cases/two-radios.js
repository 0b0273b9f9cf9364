import { until } from '../machine.js'
import { isLong, ok, test } from '../report.js'
import {
  address,
  ana,
  ben,
  change,
  confirmedBy,
  hub,
  isUp,
  network,
  plugInSecondRadio,
  putSecondRadioAway
} from '../scene.js'

await test('two radios: one network on both bands, and one of them carries it alone', async () => {
  await plugInSecondRadio()
  await change({ country: 'EC', isolation: false, secondRadio: true })
  const now = await until('both are on the air', async () => {
    const list = await network()
    return list.state === 'up' && list.running.second && list
  })
  const { running } = now
  ok(running.band === '2.4GHz' && running.second.band === '5GHz', running.second.channelReason)
  const { ssid, passphrase } = hub.settings
  const frequencyOf = (channel) => (channel > 14 ? 5000 + 5 * channel : 2407 + 5 * channel)
  await ana.join({ ssid, passphrase, key: 'WPA-PSK', frequency: frequencyOf(running.channel) })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
  await ben.join({ ssid, passphrase, key: 'SAE', frequency: frequencyOf(running.second.channel) })
  await ben.joined()
  const bens = await ben.lease()
  ok(/freq=5/.test(await ben.status()) && /freq=2/.test(await ana.status()), 'a phone on each band')
  await until('both are listed', async () => (await network()).stations.length === 2)
  ok(
    / 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', bens.ip)),
    'phones of one band reach those of the other'
  )
  if (!isLong) return

  await change({ isolation: true })
  await until('isolated', async () => {
    const { state, running } = await network()
    return state === 'up' && running.isolation && running.second
  })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
  await ben.joined()
  await ben.lease()
  ok(/ 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', address)), 'isolated: the hub')
  const toBen = await ana.in('ping', '-c', '2', '-W', '5', bens.ip).catch((error) => error.stdout)
  ok(/100% packet loss/.test(toBen), 'isolated: nobody of the other band', toBen)
  ok((await ben.browse(bens.ip)).endsWith('._comapeo._tcp.local'), 'isolated: the hub is found by mDNS')

  await putSecondRadioAway()
  const alone = await until('it is said', async () => {
    const list = await network()
    return list.state === 'degraded' && list
  })
  ok(alone.problem === 'second-radio-failed', 'the second radio goes: said')
  ok((await ana.status()).includes('wpa_state=COMPLETED'), 'and who is on the first one stays')
  await plugInSecondRadio()
  await until('it is back', async () => (await network()).running?.second && (await isUp()()))
  ok(true, 'it is taken up again when it is back')
  await change({ secondRadio: false, isolation: false })
  await until('one radio alone', async () => {
    const { state, running } = await network()
    return state === 'up' && running.second === null
  })
  await ana.joined()
  await ana.lease()
  ok((await confirmedBy(ana)) === '200', 'confirmed')
})
