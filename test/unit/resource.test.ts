import t from 'tap'
import { closeInReverse, openInOrder, Resource } from '../../service/resource.ts'

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

t.test('parts open in reading order and close in reverse', async (t) => {
  const steps: string[] = []
  const parts = ['a', 'b', 'c'].map((name) => new Recorded(name, steps))
  await openInOrder(parts, (error) => t.fail(String(error)))
  await closeInReverse(parts, (error) => t.fail(String(error)))
  t.same(steps, ['open a', 'open b', 'open c', 'close c', 'close b', 'close a'])
})

t.test('a part that does not open closes those before it and the failure is told', async (t) => {
  const steps: string[] = []
  const parts = [new Recorded('a', steps), new Recorded('b', steps, true), new Recorded('c', steps)]
  await t.rejects(
    openInOrder(parts, (error) => t.fail(String(error))),
    { message: 'b does not open' }
  )
  t.same(steps, ['open a', 'open b', 'close a'])
})
