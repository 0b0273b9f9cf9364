import type { StatusView, WarningView } from '../../service/web/status-schemas.ts'
import type { HubProcess } from './hub-process.ts'

/** What everybody on the Wi-Fi may see of this hub now. */
export async function statusOf(hub: HubProcess): Promise<StatusView> {
  const response = await fetch(`${hub.url}/api/status`)
  if (!response.ok) throw new Error(`the hub answered ${response.status}: ${await response.text()}`)
  // The route answers by the schema that this type comes from.
  return (await response.json()) as StatusView
}

export async function warningsOf(hub: HubProcess): Promise<WarningView['code'][]> {
  return (await statusOf(hub)).warnings.map(({ code }) => code)
}

const ASK_EVERY_MS = 50
/** Ends waits that would never end, measures nothing. */
const LIMIT_MS = 60_000

/** Resolves when the status is so. It is asked for again and again, as a page without live events does. */
export async function untilStatus(
  hub: HubProcess,
  isSo: (status: StatusView) => boolean
): Promise<StatusView> {
  const limit = AbortSignal.timeout(LIMIT_MS)
  for (;;) {
    // A hub that starts anew answers nobody for a moment.
    const status = await statusOf(hub).catch(() => null)
    if (status !== null && isSo(status)) return status
    if (limit.aborted) throw new Error(`not within ${LIMIT_MS} ms; the hub says ${JSON.stringify(status)}`)
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}
