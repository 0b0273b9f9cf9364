// Runs inside the virtual machine, as root: the hub is the access point on one simulated radio, the others are phones in
// namespaces of their own. Prints TAP.
import { contract } from './contract.js'
import { run, sh, until } from './machine.js'
import { conclude, longTest, ok, test } from './report.js'
import { hub, isUp, powerOn, putSecondRadioAway } from './scene.js'

const isOn = await test('power on: the network is up', async () => {
  await powerOn()
  ok(hub.radio.wpa3, 'the radio takes WPA3', JSON.stringify(hub.radio))
  ok([1, 6, 11].includes(hub.running.channel), `channel by survey: ${hub.running.channelReason}`)
  ok(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(hub.settings.passphrase), 'a passphrase of its own')
  ok(
    (await sh('ps -o user= -p $(pgrep -f "main.js run")')).trim().startsWith('waystat'),
    'the hub is not root'
  )
})

// Every other case would wait for it in vain.
if (!isOn) await conclude()

// Before anybody has joined: all radios of this machine keep to what each access point that one of them has joined says of its
// country, for as long as one of them is on the air.
await longTest('contract: the real access point', async () => {
  await contract('test/appliance/access-point.test.ts')
  await putSecondRadioAway()
  await run('systemctl', 'start', 'waystation.service')
  await until('the network of the hub is up again', isUp())
})

// In their order: most begin with what the ones before have left, and end with the hub's own network on the air.
for (const cases of ['joining', 'firewall', 'failures', 'settings', 'two-radios', 'way-out']) {
  await import(`./cases/${cases}.js`)
}

await conclude()
