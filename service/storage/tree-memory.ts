import type HypercoreStorage from 'hypercore-storage'
import Cache from 'xache'

type Place = HypercoreStorage.Place
type Reader = HypercoreStorage.Reader
type TreeNode = HypercoreStorage.TreeNode

/** Twice as many at most, of all cores together. A node takes about 250 bytes of memory. */
const REMEMBERED_NODES = 8192
/** Keys of cores and nodes in one number. Beyond, nothing is remembered. */
const NODES_PER_CORE = 2 ** 32
const MOST_CORES = 2 ** 20

/**
 * The nodes of hash trees that were written or asked for lately, so that an exchange need not ask the database for them.
 * Hypercore asks twice or more for each block that it requests (which nodes are missing) and once or more for each that it
 * gives out (the proof), each time in a thread of its own; nearly always for nodes that it wrote or missed just before.
 */
export class TreeMemory {
  /** Null: it is not on the card. */
  readonly #nodes = new Cache<number, { node: TreeNode | null }>({ maxSize: REMEMBERED_NODES })
  /** Cores that are written through atoms, which do not pass here. */
  readonly #overlooked = new Set<number>()
  /** Counts what was written: an answer that was on its way meanwhile may be an old one. */
  #writes = 0

  /** From here on reads of this core are answered from memory where it can be. */
  attach(place: Place): Place {
    const read = place.read.bind(place)
    const write = place.write.bind(place)
    const atomize = place.atomize.bind(place)
    const pointer = place.core.dataPointer
    place.read = (fork) =>
      this.#overlooked.has(pointer) || pointer >= MOST_CORES || place.core.dependencies.length > 0
        ? read(fork)
        : new RememberingReader(this, pointer, () => read(fork))
    place.write = () => this.#watch(write(), pointer)
    place.atomize = (atom) => {
      this.#overlooked.add(pointer)
      this.#forget()
      return atomize(atom)
    }
    return place
  }

  /** @returns undefined when it is not remembered whether there is such a node */
  recall(core: number, index: number): TreeNode | null | undefined {
    return this.#nodes.get(core * NODES_PER_CORE + index)?.node
  }

  /** Asks the database and remembers what it says, unless something is written meanwhile. */
  async learn(core: number, index: number, ask: () => Promise<TreeNode | null>): Promise<TreeNode | null> {
    const writes = this.#writes
    const node = await ask()
    if (writes === this.#writes) this.#remember(core, index, node)
    return node
  }

  #remember(core: number, index: number, node: TreeNode | null): void {
    if (index < NODES_PER_CORE) this.#nodes.set(core * NODES_PER_CORE + index, { node })
  }

  #forget(): void {
    this.#writes++
    this.#nodes.clear()
  }

  #watch(writer: HypercoreStorage.Writer, core: number): HypercoreStorage.Writer {
    const put: TreeNode[] = []
    let removes = false
    const putTreeNode = writer.putTreeNode.bind(writer)
    const deleteTreeNode = writer.deleteTreeNode.bind(writer)
    const deleteTreeNodeRange = writer.deleteTreeNodeRange.bind(writer)
    const flush = writer.flush.bind(writer)
    writer.putTreeNode = (node) => {
      put.push(node)
      putTreeNode(node)
    }
    writer.deleteTreeNode = (index) => {
      removes = true
      deleteTreeNode(index)
    }
    writer.deleteTreeNodeRange = (start, end) => {
      removes = true
      deleteTreeNodeRange(start, end)
    }
    writer.flush = async () => {
      let isWritten = false
      try {
        const result = await flush()
        isWritten = true
        return result
      } finally {
        // Of a write that failed nobody knows how much is on the card.
        if (removes || !isWritten) this.#forget()
        else if (put.length > 0) {
          this.#writes++
          for (const { index, size, hash } of put) {
            // A copy: what came from a peer is a part of the whole message, and would keep that in memory.
            this.#remember(core, index, { index, size, hash: Buffer.from(hash) })
          }
        }
      }
    }
    return writer
  }
}

/** Asks the database only for what is not remembered, and not at all when that is nothing. */
class RememberingReader implements Reader {
  readonly #memory: TreeMemory
  readonly #core: number
  readonly #open: () => Reader
  #reader: Reader | null = null

  constructor(memory: TreeMemory, core: number, open: () => Reader) {
    this.#memory = memory
    this.#core = core
    this.#open = open
  }

  async getTreeNode(index: number): Promise<TreeNode | null> {
    const known = this.#memory.recall(this.#core, index)
    if (known !== undefined) return known
    return this.#memory.learn(this.#core, index, () => this.#card.getTreeNode(index))
  }

  async hasTreeNode(index: number): Promise<boolean> {
    return (await this.getTreeNode(index)) !== null
  }

  getAuth() {
    return this.#card.getAuth()
  }

  getSessions() {
    return this.#card.getSessions()
  }

  getHead() {
    return this.#card.getHead()
  }

  getDependency() {
    return this.#card.getDependency()
  }

  getGroup() {
    return this.#card.getGroup()
  }

  getHints() {
    return this.#card.getHints()
  }

  getBlock(index: number) {
    return this.#card.getBlock(index)
  }

  getBitfieldPage(index: number) {
    return this.#card.getBitfieldPage(index)
  }

  getUserData(key: string) {
    return this.#card.getUserData(key)
  }

  getMark(index: number) {
    return this.#card.getMark(index)
  }

  getLocal(key: Buffer) {
    return this.#card.getLocal(key)
  }

  tryFlush(): void {
    this.#reader?.tryFlush()
  }

  destroy(): void {
    this.#reader?.destroy()
  }

  get #card(): Reader {
    return (this.#reader ??= this.#open())
  }
}
