import { useEffect } from 'preact/hooks'
import { useModel } from '../../model/use-model.ts'

/** Long enough that a busy exchange does not have the same list asked for all the time. */
const PAUSE_MS = 2_000

/** Asks anew when devices come, go and exchange: at most every two seconds, and once more after the last news. */
export function useMoving(reload: () => void): void {
  const { live } = useModel()
  useEffect(() => {
    let timer: number | undefined
    const soon = () => {
      timer ??= window.setTimeout(() => {
        timer = undefined
        reload()
      }, PAUSE_MS)
    }
    const stops = [live.on('device', soon), live.on('session', soon)]
    return () => {
      for (const stop of stops) stop()
      window.clearTimeout(timer)
    }
  }, [])
}
