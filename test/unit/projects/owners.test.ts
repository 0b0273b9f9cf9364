import t from 'tap'
import { NAMESPACES } from '../../../service/ids.ts'
import type { CoreKey, DeviceId, Namespace } from '../../../service/ids.ts'
import type { Ownership } from '../../../service/projects/ownership.ts'
import { Owners } from '../../../service/projects/owners.ts'

/** A device and five cores from one digit, with some cores replaced. */
function ownership(digit: string, replaced: Partial<Record<Namespace, CoreKey>> = {}): Ownership {
  const coreKeys = Object.fromEntries(
    NAMESPACES.map((namespace, index) => [namespace, `${digit}${index}`.repeat(32)])
  )
  return {
    deviceId: digit.repeat(64) as DeviceId,
    coreKeys: { ...coreKeys, ...replaced } as Ownership['coreKeys']
  }
}

const ANA = ownership('a')
const BETO = ownership('b')

t.test('devices own the cores that they claimed first', (t) => {
  const owners = new Owners()
  t.equal(owners.claim(ANA), 'accepted')
  t.equal(owners.claim(BETO), 'accepted')
  t.same(owners.ownerOf(BETO.coreKeys.blobIndex), { deviceId: BETO.deviceId, namespace: 'blobIndex' })
  t.same(owners.coresOf(ANA.deviceId), ANA.coreKeys)
  t.same(owners.deviceIds(), [ANA.deviceId, BETO.deviceId])
  t.equal(owners.ownerOf('00'.repeat(32) as CoreKey), undefined)
  t.equal(owners.coresOf('0'.repeat(64) as DeviceId), undefined)
  t.end()
})

t.test('the same claim again changes nothing', (t) => {
  const owners = new Owners([ANA])
  t.equal(owners.claim(ANA), 'known')
  t.same(owners.toJSON(), [ANA])
  t.end()
})

t.test('a device does not change its cores', (t) => {
  const owners = new Owners([ANA])
  t.equal(owners.claim(ownership('a', { data: 'f0'.repeat(32) as CoreKey })), 'device-owns-other-cores')
  t.equal(owners.ownerOf('f0'.repeat(32) as CoreKey), undefined)
  t.same(owners.coresOf(ANA.deviceId), ANA.coreKeys)
  t.end()
})

t.test(
  'a core of another is not taken, in whatever namespace, and the rest of such a claim is not accepted',
  (t) => {
    for (const namespace of NAMESPACES) {
      for (const theirs of Object.values(ANA.coreKeys)) {
        const owners = new Owners([ANA])
        t.equal(owners.claim(ownership('b', { [namespace]: theirs })), 'core-owned-by-another')
        t.equal(owners.ownerOf(theirs)?.deviceId, ANA.deviceId)
        t.same(owners.toJSON(), [ANA])
        t.equal(owners.claim(BETO), 'accepted', 'the true owner still can')
      }
    }
    t.end()
  }
)

t.test('what was accepted is the same after a restart', (t) => {
  const owners = new Owners([BETO, ANA])
  const again = new Owners(JSON.parse(JSON.stringify(owners)) as Ownership[])
  t.same(again.toJSON(), [BETO, ANA])
  t.equal(again.claim(ownership('c', { auth: ANA.coreKeys.auth })), 'core-owned-by-another')
  t.end()
})

t.test('of devices that are nobody only the latest are remembered, and the others may claim again', (t) => {
  const [CORA, DAVI, EVA] = [ownership('c'), ownership('d'), ownership('e')]
  const owners = new Owners([ANA])
  for (const claimed of [BETO, CORA, DAVI, EVA]) owners.claim(claimed)
  owners.forgetOldest(2, (deviceId) => deviceId !== CORA.deviceId)
  t.same(owners.toJSON(), [ANA, CORA, DAVI, EVA], 'nor is one forgotten that was a member in an earlier run')
  t.equal(owners.ownerOf(BETO.coreKeys.data), undefined)
  t.equal(owners.claim(BETO), 'accepted')
  owners.forgetOldest(5, () => true)
  t.equal(owners.toJSON().length, 5)
  t.end()
})
