// A hub's discovery as a process of its own, so that it can run in a network namespace. Prints its log as JSON lines and each
// event as `{ event, ... }`; the standard input takes `bounce`, and `close` says goodbye and ends.
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { systemClock } from '../../../service/clock.ts'
import { Discovery } from '../../../service/discovery/discovery.ts'
import { PolledInterfaces } from '../../../service/discovery/polled-interfaces.ts'

const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)

const interfaces = new PolledInterfaces({ clock: systemClock })
const discovery = new Discovery({
  syncPort: Number(process.argv[2]),
  httpPort: 80,
  interfaces,
  clock: systemClock,
  logger: pino({}, pino.destination({ sync: true }))
})
discovery.on('device-found', (device) => print({ event: 'device-found', ...device }))
discovery.on('device-lost', (device) => print({ event: 'device-lost', ...device }))
discovery.on('host-name-changed', (hostName) => print({ event: 'host-name-changed', hostName }))
await interfaces.ready()
await discovery.ready()
print({ event: 'ready', instance: discovery.instance, hostName: discovery.hostName })

for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'bounce') {
    await discovery.bounce()
    print({ event: 'bounced', instance: discovery.instance })
  }
  if (command === 'close') break
}
await discovery.close()
await interfaces.close()
// The pipe would keep the process.
process.stdin.destroy()
