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

/**
 * Parts that are opened one after the other and closed in reverse, also when one in the middle does not open.
 */
export class OpenedParts {
  readonly #parts: Lifecycle[] = []

  /** Opens a part. When it fails, the caller closes what was opened before it. */
  async open<Part extends Lifecycle>(part: Part): Promise<Part> {
    await part.ready()
    this.#parts.push(part)
    return part
  }

  /** Closes every part. One that fails to close is reported and does not keep the others open. */
  async close(onCloseError: (error: unknown) => void): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part.close().catch(onCloseError)
  }
}
