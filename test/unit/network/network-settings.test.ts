import t from 'tap'
import Value from 'typebox/value'
import {
  initialNetworkSettings,
  NetworkSettingsSchema,
  restartsRadio
} from '../../../service/network/network-settings.ts'
import { newPassphrase } from '../../../service/network/passphrase.ts'

t.test('the first passphrase can be read out, and is one of 2^80', async (t) => {
  const asked: number[] = []
  const passphrase = newPassphrase((below) => {
    asked.push(below)
    return asked.length - 1
  })
  t.equal(passphrase, 'abcd-efgh-ijkm-npqr')
  t.equal(
    asked.reduce((bits, below) => bits + Math.log2(below), 0),
    80
  )
  t.notMatch(newPassphrase(), /[lo01]/)
  t.not(newPassphrase(), newPassphrase())
})

t.test('a hub begins with settings that are accepted, whatever its name', async (t) => {
  for (const hubName of [
    'Waystation 3AF2',
    'Estación de la escuela del río Napo, casa 2',
    '🛶'.repeat(20),
    ' '
  ]) {
    const settings = initialNetworkSettings({ hubName, passphrase: newPassphrase() })
    t.ok(Value.Check(NetworkSettingsSchema, settings), hubName)
    t.ok(Buffer.byteLength(settings.ssid) <= 32, settings.ssid)
    t.ok(hubName.startsWith(settings.ssid) || settings.ssid === 'Waystation')
  }
})

t.test('passphrases that no Wi-Fi can have are not accepted', async (t) => {
  const settings = initialNetworkSettings({ hubName: 'Hub', passphrase: 'x' })
  for (const passphrase of ['', '1234567', 'x'.repeat(64), 'contraseña', 'two\nlines']) {
    t.notOk(Value.Check(NetworkSettingsSchema, { ...settings, passphrase }), passphrase)
  }
  for (const passphrase of ['12345678', 'x'.repeat(63), 'with spaces and "#\\']) {
    t.ok(Value.Check(NetworkSettingsSchema, { ...settings, passphrase }), passphrase)
  }
})

t.test('changes that phones notice are told from those that they do not', async (t) => {
  const settings = initialNetworkSettings({ hubName: 'Hub', passphrase: newPassphrase() })
  t.notOk(restartsRadio(settings, { ...settings, portal: 'off', shareUplink: true, lans: ['eth0'] }))
  for (const change of [
    { ssid: 'x' },
    { isolation: true },
    { clientLimit: 4 },
    { country: 'DE' },
    { secondRadio: true }
  ]) {
    t.ok(restartsRadio(settings, { ...settings, ...change }), JSON.stringify(change))
  }
})
