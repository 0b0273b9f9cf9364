import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { applyRequest } from './apply-request.ts'
import { ANSWER_FILE, HOST_DIRECTORY, NetworkRequestSchema, TAKEN_FILE } from './request.ts'
import { EVERYBODY, write } from './write.ts'

// Started by waystation-network.path for a wish that the hub has placed, which the unit has taken here.
const text = await readFile(join(HOST_DIRECTORY, TAKEN_FILE), 'utf8')
const answer = await applyRequest(Value.Parse(NetworkRequestSchema, JSON.parse(text)))
await write(ANSWER_FILE, JSON.stringify(answer), EVERYBODY)
process.stdout.write(`${JSON.stringify({ ...answer, radio: answer.radio?.interfaceName })}\n`)
