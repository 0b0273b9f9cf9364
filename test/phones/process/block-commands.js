import { internalOf } from './internals.js'

const NAMESPACES = ['auth', 'config', 'data', 'blobIndex', 'blob']

/** What lies in the phone's storage, whatever its app would show of it. */
export function blockCommands({ manager }) {
  return {
    async heldBlocks({ projectId }) {
      const coreManager = internalOf(await manager.getProject(projectId), 'coreManager')
      const holdings = []
      for (const namespace of NAMESPACES) {
        const own = coreManager.getWriterCore(namespace).core.discoveryKey
        for (const { core } of coreManager.getCores(namespace)) {
          // Of a project that was left all cores but auth are closed.
          if (core.closed) continue
          await core.ready()
          holdings.push({
            namespace,
            discoveryId: core.discoveryKey.toString('hex'),
            isOwn: core.discoveryKey.equals(own),
            runs: await runsOf(core)
          })
        }
      }
      return holdings
    }
  }
}

async function runsOf(core) {
  const runs = []
  for (let index = 0; index < core.length; index++) {
    if (!(await core.has(index))) continue
    const last = runs.at(-1)
    if (last?.[1] === index) last[1]++
    else runs.push([index, index + 1])
  }
  return runs
}
