import type { Test } from 'tap'
import { HubProcess, type HubOptions } from '../support/hub-process.ts'

/** A hub that is started again when it ends, as a service manager does. Not started yet. */
export function superviseHub(
  t: Test,
  directory: string,
  options: Pick<HubOptions, 'environment'> = {}
): HubProcess {
  const hub: HubProcess = new HubProcess(directory, { built: true, ...options }, () => {
    hub.start().catch((error: unknown) => t.fail(String(error)))
  })
  t.teardown(() => hub.kill())
  return hub
}
