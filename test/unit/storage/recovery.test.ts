import { EventEmitter } from 'node:events'
import t, { type Test } from 'tap'
import type { CoreLengths } from '../../../service/storage/core-lengths.ts'
import { Recovery } from '../../../service/storage/recovery.ts'

/** A store that keeps a damaged copy, and so many cores that are short. */
async function openRecovery(t: Test, { short = 0, isKept = false, areLost = false }) {
  const state = { isKept }
  const lengths = Object.assign(new EventEmitter(), {
    short: Array.from({ length: short }),
    areLost
  })
  const damaged = {
    areKept: async () => state.isKept,
    forget: async () => void (state.isKept = false)
  }
  const standing = new Map<string, number | null>()
  const recovery = new Recovery({
    damaged,
    lengths: lengths as unknown as CoreLengths,
    notices: {
      raise: (code, about) => standing.set(code, about?.count ?? null),
      clear: (code) => standing.delete(code)
    }
  })
  await recovery.ready()
  const become = (count: number) => {
    lengths.short = Array.from({ length: count })
    lengths.emit('short-changed')
  }
  t.teardown(() => recovery.close())
  return { recovery, state, become, standing: () => [...standing] }
}

t.test('a whole store is nothing to speak of', async (t) => {
  const { standing } = await openRecovery(t, {})
  t.same(standing(), [])
})

t.test('says how many cores are short, until phones have brought what is missing', async (t) => {
  const { recovery, become, standing } = await openRecovery(t, { short: 2 })
  t.same(standing(), [['blocks-missing', 2]])
  become(1)
  become(0)
  await recovery.close()
  t.same(standing(), [])
})

t.test('keeps a damaged copy until all that it held has come again', async (t) => {
  const { recovery, state, become, standing } = await openRecovery(t, { short: 1, isKept: true })
  t.same(standing(), [
    ['store-rebuilt', null],
    ['blocks-missing', 1]
  ])
  t.equal(state.isKept, true)
  become(0)
  await recovery.close()
  t.equal(state.isKept, false)
  t.same(standing(), [])
})

t.test('keeps a damaged copy when nobody knows what it held', async (t) => {
  const { state, standing } = await openRecovery(t, { isKept: true, areLost: true })
  t.equal(state.isKept, true)
  t.same(standing(), [['store-rebuilt', null]])
})
