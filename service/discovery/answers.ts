import { sameRecord } from './codec.ts'
import type { Question, ResourceRecord } from './message.ts'
import type { OwnRecords } from './own-records.ts'

/** @returns the hub's own records that answer the question; for a unique name of ours without such a record, the denial */
export function answersTo({ name, type }: Question, own: OwnRecords): ResourceRecord[] {
  const found = [...own.shared, ...own.unique].filter(
    (record) => record.name === name && (type === 'ANY' || record.type === type)
  )
  return found.length > 0 ? found : own.denials.filter((record) => record.name === name)
}

/** RFC 6763 section 12: what the asker would ask for next, and RFC 6762 section 6.1: that there is no IPv6 address. */
export function additionalsTo(answers: readonly ResourceRecord[], own: OwnRecords): ResourceRecord[] {
  const said = new Set(answers)
  const frontier = [...answers]
  for (let record = frontier.shift(); record !== undefined; record = frontier.shift()) {
    for (const next of followedBy(record, own)) {
      if (said.has(next)) continue
      said.add(next)
      frontier.push(next)
    }
  }
  return [...said].slice(answers.length)
}

/** RFC 6762 section 7.1: an asker that knows an answer, and will know it for half of its life, need not hear it again. */
export function isKnown(record: ResourceRecord, knownAnswers: readonly ResourceRecord[]): boolean {
  return knownAnswers.some((known) => known.ttl * 2 >= record.ttl && sameRecord(known, record))
}

function followedBy(record: ResourceRecord, own: OwnRecords): readonly ResourceRecord[] {
  switch (record.type) {
    case 'PTR':
      return own.unique.filter(({ name }) => name === record.target)
    case 'SRV':
      return own.unique.filter(({ name, type }) => name === record.target && type === 'A')
    case 'A':
      return own.denials.filter(({ name }) => name === record.name)
    case 'TXT':
    case 'NSEC':
    case 'OTHER':
      return []
  }
}
