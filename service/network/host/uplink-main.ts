import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { applyUplink } from './apply-uplink.ts'
import { REQUEST_DIRECTORY } from './request.ts'
import { UPLINK_ANSWER_FILE, UPLINK_REQUEST_FILE, UplinkRequestSchema } from './uplink-request.ts'
import { EVERYBODY, write } from './write.ts'

// Started by waystation-uplink.path whenever the hub has placed a wish; see main.ts.
let done = ''
for (;;) {
  const text = await readFile(join(REQUEST_DIRECTORY, UPLINK_REQUEST_FILE), 'utf8').catch(() => '')
  if (text === '' || text === done) break
  done = text
  const answer = await applyUplink(Value.Parse(UplinkRequestSchema, JSON.parse(text)))
  await write(UPLINK_ANSWER_FILE, JSON.stringify(answer), EVERYBODY)
  process.stdout.write(`${JSON.stringify({ ...answer, heard: answer.heard?.length })}\n`)
}
