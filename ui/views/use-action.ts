import { useState } from 'preact/hooks'

/** One thing that a person asks for: whether it runs, why it failed, and how to start it. */
export interface Action {
  isRunning: boolean
  /** A sentence for people; null before and after a success. */
  failure: string | null
  run: (work: () => Promise<void>) => void
}

export function useAction(): Action {
  const [isRunning, setRunning] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const attempt = async (work: () => Promise<void>) => {
    setRunning(true)
    setFailure(null)
    try {
      await work()
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    } finally {
      setRunning(false)
    }
  }
  return { isRunning, failure, run: (work) => void attempt(work) }
}
