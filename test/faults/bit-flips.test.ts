import { cp, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startHub } from '../support/hub-process.ts'
import { untilStatus } from '../support/hub-status.ts'
import { blocksOf, LightCamp } from './light-camp.ts'
import { random, rounds, seed } from './rounds.ts'
import { superviseHub } from './supervised-hub.ts'

const KINDS = { log: /\.log$/, manifest: /^MANIFEST/, table: /\.sst$/, photos: /\.blob$/ } as const

t.test(`a flipped bit is never served, and what it hit is fetched again (seed ${seed})`, async (t) => {
  const hub = await startHub(t, { built: true })
  const camp = await LightCamp.make(t, hub)
  await camp.write(200, 40)
  await camp.acknowledgedBy(hub)
  await camp.leave()
  await hub.restart() // so that there are tables and blob files
  await camp.connect(t, hub)
  await camp.write(30, 5)
  await camp.acknowledgedBy(hub)
  await camp.leave()
  // As a cut leaves it: the end is in the log alone.
  await hub.kill()
  const counts = { flips: 0, givenUp: 0, rebuilt: 0 }
  for (const [kind, name] of Object.entries(KINDS)) {
    for (let flip = 0; flip < rounds(2); flip++) {
      await t.test(`${kind} ${flip}`, async (t) => {
        const directory = join(t.testdir(), 'copy')
        await cp(hub.directory, directory, { recursive: true })
        await flipBit(join(directory, 'cores', 'db'), name)
        const damaged = superviseHub(t, directory)
        await damaged.start()
        t.equal(damaged.deviceId, hub.deviceId)
        counts.flips++
        // What is damaged is noticed when somebody asks for it: he is hung up on, and comes again.
        do {
          await camp.leave()
          await camp.comeUntilAcknowledged(t, damaged)
        } while (!(await camp.isGivenAll(t, damaged)))
        t.same(await camp.verify(t, damaged), { checked: blocksOf(camp.ledger), lost: 0, wrong: 0 })
        await untilStatus(damaged, ({ warnings }) => warnings.length === 0)
        if (damaged.log.some(({ msg }) => msg.startsWith('a block was damaged'))) counts.givenUp++
        if (damaged.log.some(({ msg }) => msg.startsWith('the database is damaged'))) counts.rebuilt++
        await camp.leave()
        await damaged.stop()
      })
    }
  }
  t.comment(
    `flips: ${counts.flips}; blocks given up: ${counts.givenUp}, database begun anew: ${counts.rebuilt}`
  )
})

async function flipBit(database: string, name: RegExp): Promise<void> {
  const names = (await readdir(database)).filter((candidate) => name.test(candidate)).sort()
  const sizes = await Promise.all(names.map(async (file) => (await stat(join(database, file))).size))
  const flippable = names.filter((_, index) => (sizes[index] ?? 0) > 0)
  const path = join(database, random.pick(flippable))
  const { size } = await stat(path)
  const file = await open(path, 'r+')
  const position = random.below(size)
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, position)
  byte[0] = (byte[0] ?? 0) ^ (1 << random.below(8))
  await file.write(byte, 0, 1, position)
  await file.close()
}
