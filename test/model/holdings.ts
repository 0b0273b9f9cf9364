import type { CoreHoldings } from '../phones/commands.ts'
import type { PhoneProject } from '../phones/phone-project.ts'
import { type Camp, type Person } from './camp.ts'
import { isCollected, type Ledger } from './ledger.ts'
import type { World } from './world.ts'

/** @throws Error that lists every block which a phone should hold and does not, or holds and should not */
export async function checkHoldings(world: World, camp: Camp): Promise<void> {
  const faults: string[] = []
  for (const [who, person] of camp.persons.entries()) {
    // Who left has closed the cores of the project.
    if (person.place === 'gone' || person.standing === 'stranger' || person.standing === 'left') continue
    const holdings = await world.projectOf(who).heldBlocks()
    const found = [
      ...lost(world.ledger, person, holdings),
      ...leaked(world.ledger, person, holdings),
      ...(person.standing === 'thief' ? stolen(holdings) : [])
    ]
    faults.push(...found.map((fault) => `${world.labelOf(who)}, ${person.standing}, ${fault}`))
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/** What it must hold and does not. */
function lost(ledger: Ledger, person: Person, holdings: readonly CoreHoldings[]): string[] {
  return ledger.cores().flatMap(({ discoveryId, author, namespace }) => {
    const length = ledger.lengthAfter(person.must[author] ?? 0, author, namespace)
    const runs = holdings.find((core) => core.discoveryId === discoveryId)?.runs ?? []
    const begin = runs[0]?.[0] === 0 ? runs[0][1] : 0
    return begin >= length
      ? []
      : [`lacks block ${begin} of the ${length} of ${namespace} by person ${author}: it holds ${text(runs)}`]
  })
}

/** What it holds and cannot have heard of. */
function leaked(ledger: Ledger, person: Person, holdings: readonly CoreHoldings[]): string[] {
  return holdings.flatMap((core) => {
    const owner = ledger.authorOf(core)
    if (owner === undefined) return []
    const { author, namespace } = owner
    const length = ledger.lengthAfter(person.may[author] ?? 0, author, namespace)
    const end = core.runs.at(-1)?.[1] ?? 0
    return end <= length
      ? []
      : [
          `holds ${text(core.runs)} of ${namespace} by person ${author}, of which it may know ${length} blocks`
        ]
  })
}

/** With the keys alone comes nothing but who is in the project. */
function stolen(holdings: readonly CoreHoldings[]): string[] {
  return holdings
    .filter(({ namespace, isOwn, runs }) => namespace !== 'auth' && !isOwn && runs.length > 0)
    .map(({ namespace, discoveryId, runs }) => `holds ${text(runs)} of ${namespace} ${discoveryId}`)
}

/** @returns what two devices that hold the same blocks of what people collected say in the same words */
export async function collectedBy(project: PhoneProject): Promise<string[]> {
  return (await project.heldBlocks())
    .filter((holdings) => isCollected(holdings) && holdings.runs.length > 0)
    .map(({ namespace, discoveryId, runs }) => `${namespace} ${discoveryId}: ${text(runs)}`)
    .sort()
}

function text(runs: CoreHoldings['runs']): string {
  return runs.map(([start, end]) => `${start}-${end - 1}`).join(' ') || 'nothing'
}
