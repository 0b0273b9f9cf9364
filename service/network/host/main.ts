import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { applyRequest } from './apply-request.ts'
import { ANSWER_FILE, NetworkRequestSchema, REQUEST_DIRECTORY, REQUEST_FILE } from './request.ts'
import { EVERYBODY, write } from './write.ts'

// Started by waystation-network.path whenever the hub has placed a wish. A wish that comes meanwhile is taken up before the
// end: systemd may not tell of it again.
let done = ''
for (;;) {
  const text = await readFile(join(REQUEST_DIRECTORY, REQUEST_FILE), 'utf8').catch(() => '')
  if (text === '' || text === done) break
  done = text
  const request = Value.Parse(NetworkRequestSchema, JSON.parse(text))
  const answer = await applyRequest(request)
  await write(ANSWER_FILE, JSON.stringify(answer), EVERYBODY)
  process.stdout.write(`${JSON.stringify({ ...answer, radio: answer.radio?.interfaceName })}\n`)
}
