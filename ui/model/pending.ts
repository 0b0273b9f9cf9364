import { computed, signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'

const waits = signal(0)

/** Whether a part of the view is still on its way: its code, or what it asked the hub for. */
export const isPending = computed(() => waits.value > 0)

/** Says that the component that calls it waits. Before the browser paints: no moment lies between one wait and the next. */
export function usePending(isWaiting: boolean): void {
  useLayoutEffect(() => {
    if (!isWaiting) return
    waits.value += 1
    return () => {
      waits.value -= 1
    }
  }, [isWaiting])
}
