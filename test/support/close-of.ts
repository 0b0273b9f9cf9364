/** Resolves when a socket or stream has closed, also with an error: `events.once` would reject with that. */
export function closeOf(closeable: { once(event: 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => closeable.once('close', resolve))
}
