import { readFileSync } from 'node:fs'
import { decode } from 'dns-packet'
import { fromPacket } from '../../../service/discovery/codec.ts'
import type { Message } from '../../../service/discovery/message.ts'

const FILE = new URL('../../fixtures/mdns/captures.json', import.meta.url)
// Written by capture.ts beside it.
const captures = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>

/** @returns the bytes of one recorded packet */
export function captured(name: string): Buffer {
  const hex = captures[name]
  if (hex === undefined) throw new Error(`nothing has been recorded as "${name}"`)
  return Buffer.from(hex, 'hex')
}

/** @returns one recorded packet as a message */
export function heard(name: string): Message {
  return fromPacket(decode(captured(name)))
}

/** @returns all recorded packets */
export function allCaptured(): Buffer[] {
  return Object.keys(captures).map(captured)
}
