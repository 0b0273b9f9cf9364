import {
  AUTHORITATIVE_ANSWER,
  encode,
  type Answer,
  type DecodedPacket,
  type Packet,
  type Question as PacketQuestion
} from 'dns-packet'
import type { Message, Question, ResourceRecord } from './message.ts'

/** dns-packet has no name for a class with the top bit, which in multicast DNS asks for a unicast answer. */
const IN_WITH_QU_BIT = 'UNKNOWN_32769'
const ANY_WITH_QU_BIT = 'UNKNOWN_33023'
const QUESTION_CLASSES = new Set(['IN', 'ANY', IN_WITH_QU_BIT, ANY_WITH_QU_BIT])

/**
 * @param packet what dns-packet read; its names may be anything, its shapes are those that it promises
 * @returns the message without questions and records of classes other than the internet's, and without records whose data
 *   their type does not allow
 */
export function fromPacket(packet: DecodedPacket): Message {
  return {
    kind: packet.flag_qr ? 'response' : 'query',
    id: packet.id ?? 0,
    truncated: packet.flag_tc,
    questions: (packet.questions ?? []).flatMap(({ name, type, class: questionClass = 'IN' }): Question[] =>
      QUESTION_CLASSES.has(questionClass)
        ? [{ name: canonical(name), type, unicastWanted: questionClass.startsWith('UNKNOWN_') }]
        : []
    ),
    answers: fromAnswers(packet.answers),
    authorities: fromAnswers(packet.authorities),
    additionals: fromAnswers(packet.additionals)
  }
}

export function toPacket(message: Message): Packet {
  return {
    type: message.kind,
    id: message.id,
    // RFC 6762 section 18.4: set in responses, zero in queries.
    flags: message.kind === 'response' ? AUTHORITATIVE_ANSWER : 0,
    questions: message.questions.map(toQuestion),
    answers: message.answers.map(toAnswer),
    authorities: message.authorities.map(toAnswer),
    additionals: message.additionals.map(toAnswer)
  }
}

/** @returns the whole UDP payload */
export function encodeMessage(message: Message): Buffer {
  return encode(toPacket(message))
}

/** @returns whether both say the same of the same name; how long they hold does not count */
export function sameRecord(one: ResourceRecord, other: ResourceRecord): boolean {
  return one.name === other.name && one.type === other.type && compareData(one, other) === 0
}

/**
 * RFC 6762 section 8.2: class, then type, then the raw record data decide which of two simultaneous probes is the later.
 *
 * @returns below 0 when `one` is the earlier, above 0 when it is the later, 0 when they are the same
 */
export function compareData(one: ResourceRecord, other: ResourceRecord): number {
  return Buffer.compare(order(one), order(other))
}

function order(record: ResourceRecord): Buffer {
  return record.type === 'OTHER' ? record.order : orderOf(toAnswer(record))
}

// What one record is compared by: class, type, data. In an encoded message of one answer with the root's name, the header
// has 12 bytes and the name one, and between class and data are the TTL and the length, six bytes.
const TYPE_AT = 13
const CLASS_AT = 15
const DATA_AT = 23

function orderOf(answer: Exclude<Answer, { type: 'OPT' }>): Buffer {
  const bytes = encode({ type: 'response', answers: [{ ...answer, name: '.', flush: false }] })
  return Buffer.concat([
    bytes.subarray(CLASS_AT, CLASS_AT + 2),
    bytes.subarray(TYPE_AT, TYPE_AT + 2),
    bytes.subarray(DATA_AT)
  ])
}

/** @returns null when dns-packet read data that the record's type does not allow, such as a fingerprint of a wrong length */
function orderIfValid(answer: Exclude<Answer, { type: 'OPT' }>): Buffer | null {
  try {
    return orderOf(answer)
  } catch {
    return null
  }
}

function fromAnswers(answers: readonly Answer[] = []): ResourceRecord[] {
  return answers.flatMap((answer): ResourceRecord[] => {
    if (answer.type === 'OPT' || answer.class !== 'IN') return []
    const head = { name: canonical(answer.name), ttl: answer.ttl ?? 0, flush: answer.flush === true }
    switch (answer.type) {
      case 'A':
        return [{ ...head, type: 'A', address: answer.data }]
      case 'PTR':
        return [{ ...head, type: 'PTR', target: canonical(answer.data) }]
      case 'SRV': {
        const { target, port, weight = 0, priority = 0 } = answer.data
        return [{ ...head, type: 'SRV', target: canonical(target), port, weight, priority }]
      }
      case 'TXT':
        return [{ ...head, type: 'TXT', strings: [answer.data].flat().map((text) => Buffer.from(text)) }]
      case 'NSEC':
        return [{ ...head, type: 'NSEC', existing: answer.data.rrtypes }]
      default: {
        const order = orderIfValid(answer)
        return order === null ? [] : [{ ...head, type: 'OTHER', order }]
      }
    }
  })
}

function toAnswer(record: ResourceRecord): Exclude<Answer, { type: 'OPT' }> {
  const { name, ttl, flush } = record
  switch (record.type) {
    case 'A':
      return { name, ttl, flush, type: 'A', data: record.address }
    case 'PTR':
      return { name, ttl, flush, type: 'PTR', data: record.target }
    case 'SRV': {
      const { target, port, weight, priority } = record
      return { name, ttl, flush, type: 'SRV', data: { target, port, weight, priority } }
    }
    case 'TXT':
      return { name, ttl, flush, type: 'TXT', data: [...record.strings] }
    case 'NSEC':
      return { name, ttl, flush, type: 'NSEC', data: { nextDomain: name, rrtypes: [...record.existing] } }
    case 'OTHER':
      throw new TypeError('A record of a type that the hub does not use is never sent')
  }
}

function toQuestion({ name, type }: Question): PacketQuestion {
  // The types of dns-packet leave out ANY, which it encodes, and types without a name, which arrive as UNKNOWN_n.
  return { name, type: type as PacketQuestion['type'] }
}

function canonical(name: string): string {
  return name.toLowerCase()
}
