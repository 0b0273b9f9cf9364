import t from 'tap'
import { OpenedParts, Resource } from '../../service/resource.ts'

class Recorded extends Resource {
  readonly #name: string
  readonly #steps: string[]
  readonly #fails: boolean

  constructor(name: string, steps: string[], fails = false) {
    super()
    this.#name = name
    this.#steps = steps
    this.#fails = fails
  }

  protected override async _open() {
    this.#steps.push(`open ${this.#name}`)
    if (this.#fails) throw new Error(`${this.#name} does not open`)
  }

  protected override async _close() {
    this.#steps.push(`close ${this.#name}`)
  }
}

const fail = (error: unknown) => t.fail(String(error))

t.test('parts close in the reverse of the order in which they opened', async (t) => {
  const steps: string[] = []
  const parts = new OpenedParts()
  for (const name of ['a', 'b', 'c']) await parts.open(new Recorded(name, steps))
  await parts.close(fail)
  t.same(steps, ['open a', 'open b', 'open c', 'close c', 'close b', 'close a'])
})

t.test(
  'a part that does not open leaves those before it to be closed, and its failure is told',
  async (t) => {
    const steps: string[] = []
    const parts = new OpenedParts()
    await parts.open(new Recorded('a', steps))
    await t.rejects(parts.open(new Recorded('b', steps, true)), { message: 'b does not open' })
    await parts.close(fail)
    t.same(steps, ['open a', 'open b', 'close a'])
  }
)
