import { startPhone } from '../../test/phones/phone.ts'
import type { Camper } from '../../test/support/camp.ts'
import { inviteDirectly } from '../../test/support/invite-directly.ts'
import { running, type Center } from './center.ts'
import { Owner } from './owner.ts'
import { cpuSecondsOf, usageOf } from './process-usage.ts'

export interface StarPlan {
  readonly center: (owner: Owner) => Promise<Center>
  readonly phones: number
  /** Observations that each phone makes. */
  readonly observations: number
  /** Whether every phone hangs up and dials again after the last invite. */
  readonly reconnect: boolean
}

export interface StarOutcome {
  /** How many phones show every observation of all. */
  readonly converged: number
  /** From the press on Start to the last phone; null when not all converged. */
  readonly seconds: number | null
  /** The center's, from the first dial to the end. */
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  /** All phones' together, from the press on Start to the end. */
  readonly phonesCpuSeconds: number
}

/** A star that has not converged has given up when this long... */
const QUIET_MS = 10_000
/** ...all its processes together used no more than this share of a core: ten idle phones use a tenth of it. */
const QUIET_SHARE = 0.2
/** Phones on busy cores take longer than a test allows them; ends waits that would never end. */
const LIMIT_MS = 600_000

/** One exchange in a star, from the first dial until all phones show everything or nothing goes on any more. */
export function exchangeInStar(plan: StarPlan): Promise<StarOutcome> {
  return Owner.with(async (owner) => {
    const { center, usageBefore, campers, taken } = await gatherAround(owner, plan)
    const pids = campers.map(({ phone }) => running(phone.pid))
    const phonesCpuBefore = await cpuSecondsOf(pids)
    const started = performance.now()
    let converged = 0
    const all = Promise.all(
      campers.map(async ({ project }) => {
        await project.startSync()
        await project.waitForVersions(taken)
        converged++
      })
    )
    // Those who never converge are asked no more when the run ends.
    all.catch(() => {})
    await Promise.race([all, quiet([center.pid, ...pids])])
    const seconds = (performance.now() - started) / 1000
    const [after, phonesCpu] = await Promise.all([usageOf(center.pid), cpuSecondsOf(pids)])
    return {
      converged,
      seconds: converged === plan.phones ? seconds : null,
      cpuSeconds: after.cpuSeconds - usageBefore.cpuSeconds,
      peakRssBytes: after.peakRssBytes,
      phonesCpuSeconds: phonesCpu - phonesCpuBefore
    }
  })
}

/**
 * Phones are invited by the first one, one after the other; each goes to the center as soon as it is a member and stays there.
 * When all are there, everybody collects. Nobody has pressed Start yet.
 */
export async function gatherAround(owner: Owner, plan: StarPlan) {
  const [center, ...phones] = await Promise.all([
    plan.center(owner),
    ...Array.from({ length: plan.phones }, (_none, index) =>
      startPhone(owner, { version: '7.1.0', name: `Phone ${index}`, limitMs: LIMIT_MS })
    )
  ])
  const [first, ...others] = phones
  if (first === undefined) throw new Error('a star has phones')
  const usageBefore = await usageOf(center.pid)
  const inviter = { phone: first, project: await first.createProject('Forest') }
  await center.join(inviter)
  const campers: Camper[] = [inviter]
  for (const phone of others) {
    const project = await inviteDirectly({ inviter: first, project: inviter.project }, phone)
    campers.push({ phone, project })
    await phone.disconnect()
    await phone.dial(center.address)
  }
  if (plan.reconnect) {
    for (const { phone } of campers) {
      await phone.disconnect()
      await phone.dial(center.address)
    }
  }
  const taken = await Promise.all(campers.map(({ project }) => project.observeMany(plan.observations)))
  return { center, usageBefore, campers, taken: taken.flat() }
}

/** Resolves when nothing goes on in these processes. */
async function quiet(pids: readonly number[]): Promise<void> {
  let before = await cpuSecondsOf(pids)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    const now = await cpuSecondsOf(pids)
    if (now - before < (QUIET_SHARE * QUIET_MS) / 1000) return
    before = now
  }
}
