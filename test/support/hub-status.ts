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
