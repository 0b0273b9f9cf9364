import { useEffect, useState } from 'preact/hooks'
import { usePending } from './pending.ts'
import type { Refused } from './request.ts'
import { toRefused } from './use-action.ts'
import { useModel } from './use-model.ts'

/** Something that a view asks the hub for. Draw it with `Loaded`. */
export type Loading<T> =
  { state: 'loading' } | { state: 'failed'; failure: Refused } | { state: 'here'; value: T }

export interface Reading<T> {
  loading: Loading<T>
  /** Asks again, and shows what is there meanwhile. */
  reload: () => void
  /** Takes a value that was told, or that an action brought. Does nothing before the first answer. */
  change: (to: (value: T) => T) => void
}

/**
 * Reads from the hub when the view opens, when an input changes, and after each time that the connection was lost: nobody
 * told the page what changed meanwhile.
 * @param inputs what `read` depends on, as for an effect
 */
export function useLoaded<T>(read: () => Promise<T>, inputs: readonly unknown[] = []): Reading<T> {
  const model = useModel()
  const [loading, setLoading] = useState<Loading<T>>({ state: 'loading' })
  const [asked, setAsked] = useState(0)
  usePending(loading.state === 'loading')
  useEffect(() => setLoading({ state: 'loading' }), [...inputs])
  useEffect(() => {
    let isWanted = true
    read().then(
      (value) => isWanted && setLoading({ state: 'here', value }),
      (error: unknown) => {
        if (!isWanted) return
        const failure = toRefused(error)
        // What was read stays on the screen; the page says above it that the hub does not answer.
        setLoading((before) =>
          before.state === 'here' && failure.code === 'UNREACHABLE' ? before : { state: 'failed', failure }
        )
      }
    )
    return () => {
      isWanted = false
    }
  }, [...inputs, asked, model.connections.value])
  return {
    loading,
    reload: () => setAsked((times) => times + 1),
    change: (to) =>
      setLoading((now) => (now.state === 'here' ? { state: 'here', value: to(now.value) } : now))
  }
}
