/**
 * One multicast DNS message, decoded. Names are in lower case, since DNS does not tell cases apart, without a final dot.
 */
export interface Message {
  readonly kind: 'query' | 'response'
  /** Zero in all but legacy queries, whose answers repeat it (RFC 6762 section 18.1). */
  readonly id: number
  /** In a query: more known answers follow in another packet (RFC 6762 section 7.2). */
  readonly truncated: boolean
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
}

export interface Question {
  readonly name: string
  /** Name of a record type, or `ANY`. */
  readonly type: string
  /** The asker takes an answer to itself alone: the QU bit (RFC 6762 section 5.4). */
  readonly unicastWanted: boolean
}

interface RecordHead {
  readonly name: string
  /** Seconds; 0 takes the record back (goodbye). */
  readonly ttl: number
  /** Cache-flush bit: this is the whole set of records with this name and type (RFC 6762 section 10.2). */
  readonly flush: boolean
}

export type RecordContent =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'PTR'; readonly target: string }
  | {
      readonly type: 'SRV'
      readonly target: string
      readonly port: number
      readonly weight: number
      readonly priority: number
    }
  | { readonly type: 'TXT'; readonly strings: readonly Buffer[] }
  | { readonly type: 'NSEC'; readonly existing: readonly string[] }
  /** A type that the hub does not use: that the name is taken matters, and who wins a tie. */
  | { readonly type: 'OTHER'; readonly order: Buffer }

export type ResourceRecord = RecordHead & RecordContent

/** Who sent a message. A port other than 5353 is a legacy asker (RFC 6762 section 6.7). */
export interface Source {
  readonly address: string
  readonly port: number
}

export const MDNS_PORT = 5353
export const MDNS_GROUP = '224.0.0.251'

const EMPTY = { id: 0, truncated: false, questions: [], answers: [], authorities: [], additionals: [] }

export function query(parts: Partial<Omit<Message, 'kind'>>): Message {
  return { ...EMPTY, ...parts, kind: 'query' }
}

export function response(parts: Partial<Omit<Message, 'kind'>>): Message {
  return { ...EMPTY, ...parts, kind: 'response' }
}
