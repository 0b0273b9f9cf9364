// One phone: a process of its own around one released version of @comapeo/core, unmodified. The test steers it over IPC:
// { id, command, args } in, { id, result } or { id, error } out. Plain JavaScript, so that what is measured is the phone.
import { blockCommands } from './process/block-commands.js'
import { deviceCommands } from './process/device-commands.js'
import { documentCommands } from './process/document-commands.js'
import { memberCommands } from './process/member-commands.js'
import { openDevice } from './process/open-device.js'
import { photoCommands } from './process/photo-commands.js'
import { syncCommands } from './process/sync-commands.js'

const launch = JSON.parse(process.argv[2])
const device = await openDevice(launch)
const commands = {
  ...deviceCommands(device),
  ...memberCommands(device),
  ...documentCommands(device),
  ...photoCommands(device),
  ...syncCommands(device),
  ...blockCommands(device)
}

process.on('message', async ({ id, command, args }) => {
  try {
    process.send({ id, result: await commands[command](args) })
  } catch (error) {
    process.send({ id, error: describe(error) })
  }
})
// `fetch failed` and its like say what happened in their cause alone.
function describe({ message, stack, code, cause }) {
  return { message: cause instanceof Error ? `${message}: ${cause.message}` : message, stack, code }
}

// The test went away without closing this phone.
process.on('disconnect', () => process.exit(1))

process.send({ id: 0, result: { deviceId: device.manager.deviceId } })
