import type { ResourceRecord } from './message.ts'

export const COMAPEO_SERVICE = '_comapeo._tcp.local'
const HTTP_SERVICE = '_http._tcp.local'
/** Asked by browsers of service types (RFC 6763 section 9). */
const SERVICE_TYPES = '_services._dns-sd._udp.local'

// RFC 6762 section 10: what names a host or holds an address lives two minutes, the rest 75.
const HOST_TTL_SECONDS = 120
const OTHER_TTL_SECONDS = 75 * 60

/** What the hub says under one set of names on one link. */
export interface OwnRecords {
  /** Nobody else may have these names: probed for, and sent with the cache-flush bit. */
  readonly unique: readonly ResourceRecord[]
  /** Others have records of these names too. */
  readonly shared: readonly ResourceRecord[]
  /** For each unique name the types that exist, which says that no others do (RFC 6762 section 6.1). */
  readonly denials: readonly ResourceRecord[]
}

export const NO_RECORDS: OwnRecords = { unique: [], shared: [], denials: [] }

/**
 * Where phones reach the sync port. The target is a host name of this advert alone, so that nobody contests it and no phone
 * has an old address for it, with exactly one IPv4 address: a phone dials the first address that it is given and refuses
 * IPv6 (CoMapeo peer protocol).
 */
export function syncRecords(advert: { instance: string; port: number; address: string }): OwnRecords {
  return advertised({ ...advert, service: COMAPEO_SERVICE })
}

/** Where browsers find the page: the host that people type, and the same name for those that browse for web pages. */
export function pageRecords({
  label,
  ...rest
}: {
  label: string
  port: number
  address: string
}): OwnRecords {
  return advertised({ ...rest, instance: label, service: HTTP_SERVICE })
}

export function mergeRecords(parts: readonly OwnRecords[]): OwnRecords {
  return {
    unique: parts.flatMap(({ unique }) => unique),
    shared: parts.flatMap(({ shared }) => shared),
    denials: parts.flatMap(({ denials }) => denials)
  }
}

/** Takes records back: the same with nothing left to live (RFC 6762 section 10.1). */
export function goodbye({ unique, shared }: OwnRecords): ResourceRecord[] {
  return [...shared, ...unique].map((record) => ({ ...record, ttl: 0 }))
}

function advertised(advert: {
  instance: string
  service: string
  port: number
  address: string
}): OwnRecords {
  const { service, port, address } = advert
  const host = `${advert.instance}.local`
  const instance = `${advert.instance}.${service}`
  const ofHost = { ttl: HOST_TTL_SECONDS, flush: true }
  const other = { ttl: OTHER_TTL_SECONDS, flush: false }
  return {
    unique: [
      { ...ofHost, name: host, type: 'A', address },
      { ...ofHost, name: instance, type: 'SRV', target: host, port, weight: 0, priority: 0 },
      // RFC 6763 section 6.1: a text record without content is one empty string, never none.
      { ...other, flush: true, name: instance, type: 'TXT', strings: [Buffer.alloc(0)] }
    ],
    shared: [
      { ...other, name: service, type: 'PTR', target: instance },
      { ...other, name: SERVICE_TYPES, type: 'PTR', target: service }
    ],
    denials: [
      { ...ofHost, name: host, type: 'NSEC', existing: ['A'] },
      { ...ofHost, name: instance, type: 'NSEC', existing: ['TXT', 'SRV'] }
    ]
  }
}
