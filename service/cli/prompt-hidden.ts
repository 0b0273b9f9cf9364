import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { CliContext } from './context.ts'

/** Asks for one line that is not shown while it is typed. The question goes to stderr: stdout may be a file. */
export async function promptHidden(question: string, { stdin, stderr }: CliContext): Promise<string> {
  stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    stderr.write('\n')
  }
}
