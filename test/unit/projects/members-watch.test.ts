import { EventEmitter } from 'node:events'
import t, { type Test } from 'tap'
import { MembersWatch, type CountedProject } from '../../../service/projects/members-watch.ts'
import { Warnings } from '../../../service/system/warnings.ts'
import { ManualClock } from '../../support/manual-clock.ts'

/** A project of which only the number of members matters. */
class Counted extends EventEmitter {
  readonly members = { isFull: false }

  fill(isFull: boolean): void {
    this.members.isFull = isFull
    this.emit('members-changed')
  }
}

async function watch(t: Test, known: Counted[]) {
  const projects = Object.assign(new EventEmitter(), { all: () => known as unknown as CountedProject[] })
  const warnings = new Warnings({ clock: new ManualClock() })
  const watch = new MembersWatch({ projects, notices: warnings })
  await watch.ready()
  t.teardown(() => watch.close())
  return { projects, watch, codes: () => warnings.all().map(({ code }) => code) }
}

t.test('the warning stands as long as any project is full', async (t) => {
  const [forest, river] = [new Counted(), new Counted()]
  const { codes } = await watch(t, [forest, river])
  t.same(codes(), [])
  forest.fill(true)
  river.fill(true)
  t.same(codes(), ['members-full'])
  forest.fill(false)
  t.same(codes(), ['members-full'], 'the other one still is')
  river.fill(false)
  t.same(codes(), [])
})

t.test('a project that was full before, or is opened later, is looked at too', async (t) => {
  const forest = new Counted()
  forest.members.isFull = true
  const { codes } = await watch(t, [forest])
  t.same(codes(), ['members-full'])
  const known: Counted[] = []
  const later = await watch(t, known)
  known.push(forest)
  later.projects.emit('joined', forest)
  t.same(later.codes(), ['members-full'])
  await later.watch.close()
  t.equal(forest.listenerCount('members-changed'), 1, 'and no more once the watch is closed')
})
