import { useState } from 'preact/hooks'
import { Refused } from './request.ts'

/** One thing that a person asks for: whether it runs, why it failed, and how to start it. */
export interface Action {
  isRunning: boolean
  /** Null before and after a success. Show it with `Failure`. */
  failure: Refused | null
  run: (work: () => Promise<void>) => void
}

export function useAction(): Action {
  const [isRunning, setRunning] = useState(false)
  const [failure, setFailure] = useState<Refused | null>(null)
  const attempt = async (work: () => Promise<void>) => {
    setRunning(true)
    setFailure(null)
    try {
      await work()
    } catch (error) {
      setFailure(toRefused(error))
    } finally {
      setRunning(false)
    }
  }
  return { isRunning, failure, run: (work) => void attempt(work) }
}

export function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  return new Refused('INTERNAL', error instanceof Error ? error.message : String(error))
}
