import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { applyUplink } from './apply-uplink.ts'
import { HOST_DIRECTORY } from './request.ts'
import { UPLINK_ANSWER_FILE, UPLINK_TAKEN_FILE, UplinkRequestSchema } from './uplink-request.ts'
import { EVERYBODY, write } from './write.ts'

// Started by waystation-uplink.path; see main.ts.
const text = await readFile(join(HOST_DIRECTORY, UPLINK_TAKEN_FILE), 'utf8')
const answer = await applyUplink(Value.Parse(UplinkRequestSchema, JSON.parse(text)))
await write(UPLINK_ANSWER_FILE, JSON.stringify(answer), EVERYBODY)
process.stdout.write(`${JSON.stringify({ ...answer, heard: answer.heard?.length })}\n`)
