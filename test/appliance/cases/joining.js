import { readFile } from 'node:fs/promises'
import { dialFound, ownDeviceId, withApps } from '../apps.js'
import { until } from '../machine.js'
import { ok, test } from '../report.js'
import { address, ana, ben, hub, joinHub, network, town } from '../scene.js'

await test('phones join by WPA2 and by SAE, and get an address and no gateway', async () => {
  const leases = [await joinHub(ana, 'WPA-PSK'), await joinHub(ben, 'SAE')]
  ok(/key_mgmt=SAE/.test(await ben.status()), 'SAE', await ben.status())
  ok(/key_mgmt=WPA2-PSK/.test(await ana.status()), 'WPA2', await ana.status())
  for (const lease of leases) {
    ok(
      lease.router === '' && lease.dns === address,
      'no gateway, and the hub for names',
      JSON.stringify(lease)
    )
  }
  const now = await until('both are listed', async () => {
    const list = await network()
    return list.stations.filter((station) => station.address !== null).length === 2 && list
  })
  ok(
    now.stations.every((station) => leases.some(({ ip }) => ip === station.address)),
    'stations with their addresses'
  )
  const board = await (await fetch('http://127.0.0.1/api/status')).json()
  ok(board.network.guests.length === 2 && board.network.stations === 2, 'on the Wi-Fi but not in the app')
  ok(!/([0-9a-f]{2}:){5}/.test(JSON.stringify(board)), 'no MAC on the board')
})

await test('a wrong passphrase stays outside', async () => {
  await town.join({ ssid: hub.settings.ssid, passphrase: 'not the passphrase' })
  await until('the key is refused', async () => /WRONG_KEY/.test(await readFile('/run/town.log', 'utf8')))
  ok((await network()).stations.length === 2, 'not on the list')
  await town.leave()
})

await test('names: ours are answered, others are refused at once', async () => {
  const dig = async (name, type = 'A') => ana.in('dig', `@${address}`, '+tries=1', '+time=5', name, type)
  for (const name of ['waystation.lan', 'waystation', 'waystation.local', 'connectivitycheck.gstatic.com']) {
    ok((await dig(name)).includes(`\t${address}`), name)
  }
  for (const name of ['waystation.lan', 'connectivitycheck.gstatic.com']) {
    // Browsers ask for HTTPS records before they ask for addresses.
    for (const type of ['AAAA', 'HTTPS']) {
      const answer = await dig(name, type)
      ok(/NOERROR/.test(answer) && /ANSWER: 0/.test(answer), `${name} ${type}: no such data`, answer)
    }
  }
  for (const name of ['example.org', 'www.google.com', 'api.whatsapp.net']) {
    ok(/REFUSED/.test(await dig(name)), `${name} is refused`)
  }
  for (const name of [address, 'waystation', 'waystation.lan', 'waystation.local']) {
    const page = await ana.curl('--resolve', `${name}:80:${address}`, `http://${name}/`)
    ok(page.includes('<html'), `the page answers on port 80: http://${name}`)
  }
})

await test('connectivity checks are answered', async () => {
  const { CONNECTIVITY_CHECKS } = await import('../../../service/network/connectivity-checks.ts')
  for (const check of CONNECTIVITY_CHECKS) {
    const text = await ana.curl(
      '-w',
      '\n%{http_code}',
      '--resolve',
      `${check.host}:80:${address}`,
      `http://${check.host}${check.path}`
    )
    ok(text === `${check.body ?? ''}\n${check.status}`, `${check.system}: ${check.host}${check.path}`, text)
  }
  ok(
    (await ana.curl(
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-H',
      'Host: www.example.org',
      `http://${address}/api/network`
    )) === '403',
    'other hosts are none of ours'
  )
})

await test('CoMapeo phones find the hub by mDNS alone, invite it, and exchange over the air', async () => {
  const { inviteDirectly } = await import('../../support/invite-directly.ts')
  await withApps(async (start) => {
    const placeOf = async (phone) => ({ namespace: phone.name, address: (await phone.lease()).ip })
    const anas = await start(await placeOf(ana), '7.1.0', 'Ana')
    const bens = await start(await placeOf(ben), '5.5.0', 'Ben')
    const deviceId = await ownDeviceId()
    const found = await anas.findDevice()
    ok(String(found.addresses) === address, 'found at the address of the hub', JSON.stringify(found))
    await dialFound(anas)
    const project = await anas.createProject('Forest')
    ok((await project.invite(deviceId)) === 'ACCEPT', 'the hub joins')
    const bensProject = await inviteDirectly({ inviter: anas, project }, bens)
    await bens.disconnect()
    await anas.disconnect()
    // Never there together: what passes, passes through the hub.
    await dialFound(anas)
    await project.startSync()
    const taken = await project.observeMany(3, { photos: 1 })
    await project.doneWith(deviceId)
    await anas.disconnect()
    await dialFound(bens)
    await bensProject.startSync()
    await bensProject.waitForVersions(taken)
    const photos = taken.flatMap((document) => document.photos)
    const got = await bensProject.waitForPhotos(photos, 'original')
    ok(
      String(got) === String(photos.map(({ sha256 }) => sha256.original)),
      'observations and photos, byte for byte'
    )
    const { stations } = await network()
    ok(
      stations.some((station) => station.deviceId === bens.deviceId),
      'the station is known as the device'
    )
  })
})
