import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)
const ENGINE = new URL('../../../service/system/javascript-engine.ts', import.meta.url).href

t.test('the engine knows all that it is told', async (t) => {
  const script = `import('${ENGINE}').then(({ suitEngineToHub }) => suitEngineToHub())`
  // What it does not know it says, and goes on.
  const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', '--eval', script])
  t.equal(stdout + stderr, '')
})
