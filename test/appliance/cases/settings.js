import { readFile } from 'node:fs/promises'
import { run, until } from '../machine.js'
import { isLong, longTest, ok, test } from '../report.js'
import { address, ana, ben, change, confirmedBy, hub, isUp, joinHub, network, operator } from '../scene.js'

await longTest('welcome: a phone is shown the page once, and then told that all is well', async () => {
  // Ana has looked at the page already.
  await ben.joined()
  await ben.lease()
  const checked = () =>
    ben.curl(
      ...['-o', '/dev/null', '-w', '%{http_code} %{redirect_url}'],
      ...['--resolve', `connectivitycheck.gstatic.com:80:${address}`],
      'http://connectivitycheck.gstatic.com/generate_204'
    )
  await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ portal: 'welcome' }) })
  await until('the mode', async () => (await network()).settings.portal === 'welcome')
  const first = await checked()
  ok(/^30[27] http:/.test(first), 'sent to the page', first)
  const [, page] = first.split(' ')
  ok((await ben.curl(page)).includes('<html'), 'which is there')
  ok((await checked()) === first, 'fetched alone, it has been seen by nobody')
  // As the page does as long as it is open.
  await ben.curl('-m', '5', '-o', '/dev/null', `${page}api/events`).catch(() => {})
  const then = await checked()
  ok(then.startsWith('204'), 'and then connected', then)
  await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ portal: 'quiet' }) })
})

await test('isolation: phones see the hub and not each other', async () => {
  await operator('/api/network', {
    method: 'PATCH',
    body: JSON.stringify({ isolation: true, country: 'EC' })
  })
  await until('up and isolated', async () => (await network()).running?.isolation && (await isUp()()))
  ok(/country EC:/.test(await run('iw', 'reg', 'get')), 'the radio follows the rules of the country')
  const anas = await joinHub(ana, 'WPA-PSK')
  const bens = await joinHub(ben, 'SAE')
  if (isLong)
    ok((await ana.browse(anas.ip)).endsWith('._comapeo._tcp.local'), 'the hub is found by mDNS all the same')
  ok(/ 0% packet loss/.test(await ana.in('ping', '-c', '2', '-W', '10', address)), 'the hub')
  const toBen = await ana.in('ping', '-c', '2', '-W', '5', bens.ip).catch((error) => error.stdout)
  ok(/100% packet loss/.test(toBen), 'not each other', toBen)
  const elsewhere = await operator('/api/network/confirm', { method: 'POST', body: '{}' })
  ok(elsewhere.status === 409, 'not confirmed from elsewhere')
  ok((await confirmedBy(ana)) === '200', 'confirmed from the new network')
})

await test('a change that nobody confirms goes back by itself', async () => {
  const { ssid } = hub.settings
  const bad = await operator('/api/network', { method: 'PATCH', body: JSON.stringify({ channel: 14 }) })
  ok(bad.status === 400, 'what would lock out is refused', JSON.stringify(bad.body))
  await change({ ssid: 'Lost', clientLimit: 1 })
  await until('on trial', isUp('Lost'))
  const { passphrase } = hub.settings
  await ana.join({ ssid: 'Lost', passphrase })
  await ana.joined()
  await ben.join({ ssid: 'Lost', passphrase })
  // IEEE 802.11 status 17: the access point cannot take another station.
  await until('the second is turned away', async () =>
    /status_code=17/.test(await readFile('/run/ben.log', 'utf8'))
  )
  ok((await network()).stations.length === 1, 'limit of clients')
  await until('back, first half', async () => (await network()).confirmBy === null)
  await until('back', isUp(ssid))
  ok(true, 'back')
})

await longTest('a channel that the country does not allow: said in words', async () => {
  const { ssid } = hub.settings
  await change({ country: 'US', channel: 13 })
  const refused = await until('it is said', async () => {
    const now = await network()
    return now.state === 'down' && now
  })
  ok(refused.problem === 'mode-refused' && /channel 13/.test(refused.problemDetail), refused.problemDetail)
  await operator('/api/network/revert', { method: 'POST', body: '{}' })
  await until('the network is up', isUp(ssid))
})
