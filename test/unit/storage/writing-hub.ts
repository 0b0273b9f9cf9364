// A process that appends to a core for ever and prints the length after each barrier, for tests that kill it.
import Hypercore from 'hypercore'
import { pino } from 'pino'
import { systemClock } from '../../../service/clock.ts'
import { Store } from '../../../service/storage/store.ts'

const [directory = '', publicKey = '', secretKey = ''] = process.argv.slice(2)
const store = new Store({ directory, clock: systemClock, logger: pino({ level: 'silent' }) })
await store.ready()
const keyPair = { publicKey: Buffer.from(publicKey, 'hex'), secretKey: Buffer.from(secretKey, 'hex') }
const core = new Hypercore(store.cores, keyPair.publicKey, { compat: true, keyPair })
await core.ready()
for (;;) {
  await core.append(Buffer.from(`block ${core.length}`))
  await store.barrier()
  process.stdout.write(`${core.length}\n`)
}
