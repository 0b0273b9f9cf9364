import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { systemClock } from '../../../service/clock.ts'
import { Discovery, type FoundDevice } from '../../../service/discovery/discovery.ts'
import type { NetworkInterfaces, UsableInterface } from '../../../service/discovery/network-interfaces.ts'
import { until } from '../../support/until.ts'

// Real sockets, on loopback. Other tests of this machine may be there too: the host name is one of our own.
const LOOPBACK: UsableInterface = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', internal: true }
const HOST_NAME = `hub-${process.pid}`

class FixedInterfaces extends EventEmitter<{ changed: [] }> implements NetworkInterfaces {
  #interfaces: readonly UsableInterface[] = [LOOPBACK]

  list(): readonly UsableInterface[] {
    return this.#interfaces
  }

  set(interfaces: readonly UsableInterface[]): void {
    this.#interfaces = interfaces
    this.emit('changed')
  }
}

function hub(t: Test, syncPort: number, interfaces = new FixedInterfaces()): Discovery {
  const discovery = new Discovery({
    syncPort,
    httpPort: syncPort + 1,
    hostName: HOST_NAME,
    interfaces,
    clock: systemClock,
    logger: pino({ enabled: false })
  })
  t.teardown(() => discovery.close())
  return discovery
}

/** Resolves when `finder` has found the advert that `other` has by then. */
function found(finder: Discovery, other: Discovery): Promise<FoundDevice> {
  return new Promise((resolve) => {
    finder.on('device-found', (device) => {
      if (device.instance === other.instance) resolve(device)
    })
  })
}

/** Resolves when `finder` says that the advert is gone. */
function lost(finder: Discovery, instance: string): Promise<void> {
  return new Promise((resolve) => {
    finder.on('device-lost', (device) => {
      if (device.instance === instance) resolve()
    })
  })
}

t.test('two hubs of one machine find each other, and have names of their own', async (t) => {
  const first = hub(t, 7_001)
  const second = hub(t, 7_011)
  t.match(first.instance, /^[0-9a-f]{16}$/)
  await first.ready()
  const renamed = Promise.race([first, second].map((one) => once(one, 'host-name-changed')))
  const [bySecond] = await Promise.all([found(second, first), second.ready()])
  t.match(bySecond, { address: '127.0.0.1', port: 7_001, interfaceName: 'lo' })
  t.same(await renamed, [`${HOST_NAME}-2.local`])
  t.same(new Set([first.hostName, second.hostName]), new Set([`${HOST_NAME}.local`, `${HOST_NAME}-2.local`]))

  const before = first.instance
  const gone = lost(second, before)
  const again = found(second, first)
  await first.bounce()
  t.not(first.instance, before)
  t.match(await again, { port: 7_001 })
  await gone
})

t.test('devices are lost with the interface that they were heard on', async (t) => {
  const interfaces = new FixedInterfaces()
  const first = hub(t, 7_021)
  const second = hub(t, 7_031, interfaces)
  const met = found(second, first)
  await Promise.all([first.ready(), second.ready()])
  await met
  const gone = lost(second, first.instance)
  interfaces.set([])
  await gone
  t.pass()
})

t.test('an interface that cannot be opened does not keep the hub from starting', async (t) => {
  const interfaces = new FixedInterfaces()
  interfaces.set([{ name: 'gone0', address: '10.255.255.1', netmask: '255.255.255.0', internal: false }])
  const discovery = hub(t, 7_041, interfaces)
  await discovery.ready()
  t.ok(discovery.opened)
})

t.test('packets that cannot be read are counted', async (t) => {
  const discovery = hub(t, 7_051)
  await discovery.ready()
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
  socket.setMulticastInterface('127.0.0.1')
  socket.send(Buffer.from('not DNS'), 5353, '224.0.0.251')
  // A plausible header, then a name that points at itself.
  socket.send(Buffer.from('000000000001000000000000c00c00010001', 'hex'), 5353, '224.0.0.251')
  await until(() => discovery.malformedPackets >= 2)
  t.pass()
})

t.test('closing unopened, twice, or while interfaces change does no harm', async (t) => {
  await hub(t, 7_061).close()
  const interfaces = new FixedInterfaces()
  const discovery = hub(t, 7_071, interfaces)
  const opening = discovery.ready()
  interfaces.set([])
  interfaces.set([LOOPBACK])
  await opening
  await Promise.all([discovery.close(), discovery.close()])
  interfaces.set([])
  t.ok(discovery.closed)
  t.equal(interfaces.listenerCount('changed'), 0)
})
