import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dialFound, ownDeviceId, withApps } from '../apps.js'
import { delay, run, sh, until } from '../machine.js'
import { longTest, ok, test } from '../report.js'
import { ana, ben, change, fulfilled, isUp, network, outside, pullOutRadio } from '../scene.js'

await longTest('the radio is gone: phones on a network that is named go on exchanging', async () => {
  await fulfilled({ lans: ['up0'] })
  await withApps(async (start) => {
    const carla = await start({ namespace: outside.name, address: '192.168.50.2' }, '7.1.0', 'Carla')
    const deviceId = await ownDeviceId()
    await dialFound(carla)
    const project = await carla.createProject('River')
    ok((await project.invite(deviceId)) === 'ACCEPT', 'the hub joins, over the cable')
    await project.startSync()
    const isDown = async () => (await network()).state === 'down'
    const putBack = await pullOutRadio()
    try {
      await until('the radio is missed', isDown)
      await project.observeMany(2, { photos: 1 })
      await project.doneWith(deviceId)
      ok(await isDown(), 'who was connected goes on')
      await carla.disconnect()
      await dialFound(carla)
      await project.observeMany(2, { photos: 1 })
      await project.doneWith(deviceId)
      ok(await isDown(), 'and who comes back finds the hub')
      ok((await outside.curl('http://192.168.50.1/')).includes('<html'), 'the page is there')
    } finally {
      await putBack()
    }
  })
  await until('the network is up', isUp())
  await fulfilled({ lans: [] })
})

await test('hostapd is killed: started again, and phones come back', async () => {
  await sh('kill -9 $(pidof hostapd)')
  await until('hostapd runs again', () => sh('pidof hostapd'))
  await until('the network is up', isUp())
  await ana.joined()
  ok(true, 'back')
})

await test('dnsmasq is killed: started again, and phones keep their addresses', async () => {
  const before = await ana.lease()
  await sh('kill -9 $(pidof dnsmasq); rm -f /run/waystation-network/leases')
  await until('dnsmasq runs again', () => sh('pidof dnsmasq'))
  ok((await ana.lease()).ip === before.ip, 'the same address without a lease file')
})

await longTest('hostapd and dnsmasq die again and again: said, and all is well once they stay', async () => {
  const saidOf = (program, problem) =>
    until(`${problem} is said`, async () => {
      await sh(`kill -9 $(pidof ${program}); true`)
      const now = await network()
      return now.problem === problem && now.state
    })
  ok((await saidOf('dnsmasq', 'addresses-failed')) === 'degraded', 'the network is there, without addresses')
  await until('the network is up', isUp())
  ok((await saidOf('hostapd', 'radio-failed')) === 'down', 'there is no network')
  await until('the network is up', isUp())
  for (const phone of [ana, ben]) {
    await phone.joined()
    await phone.lease()
  }
})

await longTest('all of it starts anew: phones come back by themselves, each to its address', async () => {
  const before = { ana: (await ana.lease()).ip, ben: (await ben.lease()).ip }
  const { ssid, passphrase } = (await network()).settings
  // What lies in memory goes, as when the power does.
  await sh(
    `systemctl stop waystation.service 'waystation-*.path' 'waystation-hostapd@*' waystation-dnsmasq.service
    rm -r /run/waystation /run/waystation-network; ip address flush dev wlan0 scope global; nft flush ruleset`
  )
  await until('they lose it', async () => !(await ana.status()).includes('wpa_state=COMPLETED'))
  await run('systemctl', 'start', 'waystation.service')
  const { settings } = await until('the network is up', isUp())
  ok(settings.ssid === ssid && settings.passphrase === passphrase, 'the same network')
  await ana.joined()
  await ben.joined()
  // The other way round.
  const after = { ben: (await ben.lease()).ip, ana: (await ana.lease()).ip }
  ok(
    after.ana === before.ana && after.ben === before.ben,
    'the same addresses',
    JSON.stringify([before, after])
  )
})

await test('the radio goes and comes back', async () => {
  const putBack = await pullOutRadio()
  const down = await until('said', async () => (await network()).state === 'down' && network())
  ok(down.problem === 'no-radio' || down.problem === 'radio-failed', `down: ${down.problem}`)
  await putBack()
  await until('the network is up', isUp())
  ok(true, 'up again')
})

await longTest('the radio is switched off by software: said, and switched on again', async () => {
  const phy = (await sh('iw dev wlan0 info | sed -n "s/.*wiphy /phy/p"')).trim()
  await sh(`for soft in /sys/class/ieee80211/${phy}/rfkill*/soft; do echo 1 > $soft; done`)
  const down = await until('said', async () => {
    const now = await network()
    return now.state !== 'up' && now
  })
  ok(down.problem === 'radio-blocked' || down.problem === 'radio-failed', `down: ${down.problem}`)
  await until('the network is up', isUp())
  ok((await sh(`cat /sys/class/ieee80211/${phy}/rfkill*/soft`)).trim() === '0', 'on again')
})

/** Longer than the hub waits for a service that does nothing. */
const SLOW_MS = 90_000

await longTest('slow: a wish that takes minutes is waited for, and not placed again', async () => {
  const wish = async () => JSON.parse(await readFile('/run/waystation-network/network-wish.json', 'utf8')).id
  const answered = async () => JSON.parse(await readFile('/run/waystation-network/answer.json', 'utf8')).id
  await change({ portal: 'off' })
  const pid = await until('the service is at work', async () => {
    const main = await run('systemctl', 'show', '--property=MainPID', '--value', 'waystation-network.service')
    return main.trim() !== '0' && main.trim()
  })
  await run('kill', '-STOP', pid)
  const taken = await wish()
  await delay(SLOW_MS)
  ok((await network()).state === 'up' && !existsSync('/run/waystation/network-request.json'), 'the hub waits')
  await run('kill', '-CONT', pid)
  await until('it is fulfilled', async () => (await answered()) === taken)
  await fulfilled({ portal: 'quiet' })
})
