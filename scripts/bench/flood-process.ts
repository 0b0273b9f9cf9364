// Floods a hub until it is killed, as test/hostile does: the message that begins it says where the hub is, and what a thief
// knows of the project. Says after each wave how many connections it has made. It takes what the others leave of the CPU: phones and attackers have machines of their own.
import { constants, setPriority } from 'node:os'
import { flood, OPEN_AT_ONCE } from '../../test/hostile/flooder.ts'
import { Insight } from '../../test/hostile/intruder.ts'
import type { JoinDetails } from '../../test/phones/commands.ts'
import type { ReachableHub } from '../../test/support/camp.ts'
import { withLightDevices } from './light-owner.ts'

export interface FloodOrder {
  readonly hub: ReachableHub
  readonly secrets: JoinDetails
}

/** Every place of the hub is taken twice. */
const WAVE = 2 * OPEN_AT_ONCE

setPriority(constants.priority.PRIORITY_LOW)

process.once('message', (order: FloodOrder) => void run(order))

async function run({ hub, secrets }: FloodOrder): Promise<void> {
  const insight = new Insight(secrets)
  for (let wave = 1; ; wave++) {
    // What the attackers keep of their own goes with each wave.
    await withLightDevices((owner) => flood(owner, hub, insight, WAVE))
    process.send?.(wave * WAVE)
  }
}
