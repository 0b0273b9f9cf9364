import ReadyResource from 'ready-resource'
import type { EventEmitter } from 'node:events'

/** What every long-lived part can be asked to do: open once, close once, in any order and any number of times. */
export interface Lifecycle {
  ready(): Promise<void>
  close(): Promise<void>
  readonly opened: boolean
  readonly closing: Promise<void> | null
  readonly closed: boolean
}

type LifecycleEvents = { ready: []; close: [] }

// ready-resource's own types accept any event name. This one base makes a wrong name or payload fail to compile.
const TypedReadyResource = ReadyResource as unknown as new <
  E extends Record<keyof E, unknown[]>
>() => Lifecycle & EventEmitter<E & LifecycleEvents>

/**
 * A part with a life: the constructor stores, `_open` acquires, `_close` releases what `_open` took.
 * When `_open` throws, `_close` is not called: release what was taken before throwing.
 */
export class Resource<
  E extends Record<keyof E, unknown[]> = Record<never, never>
> extends TypedReadyResource<E> {
  protected async _open(): Promise<void> {}
  protected async _close(): Promise<void> {}
}

/** Opens parts in reading order. When one fails, those already open are closed in reverse and the failure is thrown. */
export async function openInOrder(
  parts: readonly Lifecycle[],
  onCloseError: (error: unknown) => void
): Promise<void> {
  const opened: Lifecycle[] = []
  try {
    for (const part of parts) {
      await part.ready()
      opened.push(part)
    }
  } catch (error) {
    await closeInReverse(opened, onCloseError)
    throw error
  }
}

/** Closes parts in reverse reading order. A part that fails to close is reported and does not keep the others open. */
export async function closeInReverse(
  parts: readonly Lifecycle[],
  onCloseError: (error: unknown) => void
): Promise<void> {
  for (const part of [...parts].reverse()) {
    await part.close().catch(onCloseError)
  }
}
