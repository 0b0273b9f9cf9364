import type { Test } from 'tap'
import { HubProcess } from '../support/hub-process.ts'

/** A hub that is started again when it ends, as a service manager does. Not started yet. */
export function superviseHub(t: Test, directory: string): HubProcess {
  const hub: HubProcess = new HubProcess(directory, { built: true }, () => {
    hub.start().catch((error: unknown) => t.fail(String(error)))
  })
  t.teardown(() => hub.kill())
  return hub
}
