import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const fileOf = (target: string) => new URL(`./corpus/${target}.hex`, import.meta.url)

/** Inputs that earlier runs kept, one in hex per line. An input that once broke a parser is added by hand. */
export function readCorpus(target: string): Buffer[] {
  const file = fileOf(target)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'hex'))
}

export function writeCorpus(target: string, inputs: readonly Buffer[]): void {
  const lines = new Set(inputs.map((input) => input.toString('hex')))
  writeFileSync(fileOf(target), `${[...lines].sort().join('\n')}\n`)
}
