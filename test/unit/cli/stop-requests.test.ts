import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { exitOf, runArgs, startMain } from './start-main.ts'

for (const [action, exitCode] of [
  ['restart', 10],
  ['shutdown', 11],
  ['reset', 12]
] as const) {
  t.test(`a ${action} that a person asked for ends in order, with ${exitCode}`, async (t) => {
    const data = join(t.testdir(), 'data')
    const { child, logged } = startMain(t, runArgs(data))
    const { http } = await logged('ready')
    const token = (await readFile(join(data, 'keys', 'operator-token'), 'utf8')).trim()
    const response = await fetch(`${String(http)}/api/system/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(action === 'reset' ? { confirmation: 'Base' } : {})
    })
    t.equal(response.status, 202)
    await logged('stopped')
    t.equal(await exitOf(child), exitCode)
    if (action === 'reset') t.same(await readdir(data), [], 'nothing is left')
    else t.ok((await readdir(data)).includes('keys'))
  })
}
