import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { run } from './machine.js'
import { ok, whatHappened } from './report.js'
import { plugInSecondRadio } from './scene.js'

/** Each of its tests makes a network or joins one. */
const CONTRACT_LIMIT_MS = 600_000

/** Runs a file of tests that are not written for this machine alone, in place of the hub, and takes its results for ours. */
export async function contract(file) {
  await run('systemctl', 'stop', 'waystation.service')
  await plugInSecondRadio()
  const tests = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, TAP_TIMEOUT: String(CONTRACT_LIMIT_MS / 1000) },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise((resolve) => tests.once('exit', (code, signal) => resolve({ code, signal })))
  let said = ''
  for await (const line of createInterface({ input: tests.stdout })) {
    said += `${line}\n`
    const [, result, what] = /^(ok|not ok) \d+ - (.*?)(?: # time.*)?$/.exec(line) ?? []
    if (what === undefined) continue
    ok(result === 'ok', what, said)
    said = ''
  }
  const { code, signal } = await ended
  ok(code === 0, `${file} ran to its end`, `${signal ?? code}\n${said}`)
  if (code !== 0) console.log(await whatHappened())
}
