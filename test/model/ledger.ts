import type { CoreHoldings, PhoneDocument, TakenPhoto } from '../phones/commands.ts'
import type { PhoneProject } from '../phones/phone-project.ts'

/** The namespaces of what people collect. */
export const COLLECTED = ['data', 'blobIndex', 'blob'] as const
export type Collected = (typeof COLLECTED)[number]

/** A version of a document, and the photos that came with it. */
export type Written = PhoneDocument & { photos?: TakenPhoto[] }

/** A write of a person: the how manieth of its own, from 1. */
export interface Write {
  author: number
  number: number
  written: Written
}

type Lengths = Readonly<Record<Collected, number>>

const NO_LENGTHS: Lengths = { data: 0, blobIndex: 0, blob: 0 }

/** What everybody wrote, and which blocks it lies in: kept by the test, as each phone told it right after the act. */
export class Ledger {
  readonly #authors = new Map<string, { author: number; namespace: Collected }>()
  readonly #lengths = new Map<number, Lengths[]>()
  readonly writes: Write[] = []

  /** Writes down the next write of a person. */
  async note(author: number, project: PhoneProject, written: Written): Promise<void> {
    const own = (await project.heldBlocks()).filter(({ isOwn }) => isOwn)
    const lengths = { ...NO_LENGTHS }
    for (const holdings of own) {
      if (!isCollected(holdings)) continue
      this.#authors.set(holdings.discoveryId, { author, namespace: holdings.namespace })
      lengths[holdings.namespace] = lengthOf(holdings)
    }
    this.#lengths.set(author, [...this.#lengthsOf(author), lengths])
    this.writes.push({ author, number: this.#lengthsOf(author).length, written })
  }

  /** Whose core it is, when it is one in which somebody of the camp wrote. */
  authorOf({ discoveryId }: CoreHoldings): { author: number; namespace: Collected } | undefined {
    return this.#authors.get(discoveryId)
  }

  /** The cores in which somebody wrote. */
  cores(): { discoveryId: string; author: number; namespace: Collected }[] {
    return [...this.#authors].map(([discoveryId, owner]) => ({ discoveryId, ...owner }))
  }

  /** How long a core of a person was after the first so many writes. */
  lengthAfter(writes: number, author: number, namespace: Collected): number {
    return (this.#lengthsOf(author)[writes - 1] ?? NO_LENGTHS)[namespace]
  }

  #lengthsOf(author: number): Lengths[] {
    return this.#lengths.get(author) ?? []
  }
}

export function isCollected(holdings: CoreHoldings): holdings is CoreHoldings & { namespace: Collected } {
  return (COLLECTED as readonly string[]).includes(holdings.namespace)
}

function lengthOf({ runs }: CoreHoldings): number {
  return runs.at(-1)?.[1] ?? 0
}
