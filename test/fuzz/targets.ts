import { decode } from 'dns-packet'
import { WaystationError } from '../../service/errors.ts'
import { fromPacket } from '../../service/discovery/codec.ts'
import { isPlausible } from '../../service/discovery/packet-guard.ts'
import { fileKeyOf, parseFileLocation, parseFilePath } from '../../service/mirror/file-entry.ts'
import { parseLeases } from '../../service/network/leases.ts'
import { parseRadios, parseScan, parseStations } from '../../service/network/radio/iw-text.ts'
import { decodeDocument, documentKindOf } from '../../service/wire/documents.ts'
import { decodeDownloadIntent } from '../../service/wire/download-intent-extension.ts'
import { decodeHave, MAX_HAVE_WORDS } from '../../service/wire/have-extension.ts'
import { decodeProjectExtension, MAX_AUTH_CORES } from '../../service/wire/project-extension.ts'
import { decodeRpc, encodeRpc, RPC_TYPES } from '../../service/wire/rpc.ts'
import { allCaptured } from '../unit/discovery/captures.ts'
import { RECORDED_VERSIONS, vectorsOf } from '../fixtures/wire/vectors.ts'

export interface FuzzTarget {
  name: string
  /** Throws only when what it calls breaks its promise. */
  run: (input: Buffer) => void
  /** What phones really sent. */
  seeds: Buffer[]
}

const PHONES = RECORDED_VERSIONS.map((version) => vectorsOf(version))
const extensionsNamed = (name: string) =>
  PHONES.flatMap(({ extensions }) => extensions.filter((extension) => extension.name === name)).map(
    ({ hex }) => Buffer.from(hex, 'hex')
  )

/** A parser of what peers send refuses with `WIRE_INVALID`, and in no other way. */
function refusesCleanly<T>(parse: () => T, check: (parsed: T) => boolean = () => true): void {
  let parsed: T
  try {
    parsed = parse()
  } catch (error) {
    if (error instanceof WaystationError && error.code === 'WIRE_INVALID') return
    throw error
  }
  if (!check(parsed)) throw new Error('a limit was passed')
}

/** The first byte chooses the type of the message. */
function runRpc(input: Buffer): void {
  const type = RPC_TYPES[(input[0] ?? 0) % RPC_TYPES.length]
  if (!type) return
  refusesCleanly(
    () => decodeRpc(type, input.subarray(1)),
    // What was understood is understood again when it is passed on.
    (message) => decodeRpc(type, encodeRpc(type, message)) !== null
  )
}

function runMdns(input: Buffer): void {
  if (!isPlausible(input)) return
  let packet
  try {
    packet = decode(input)
  } catch {
    return // what the library does not read is dropped
  }
  fromPacket(packet)
}

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'rpc',
    run: runRpc,
    seeds: PHONES.flatMap(({ rpc }) =>
      rpc.map(({ type, hex }) =>
        Buffer.concat([Buffer.of(RPC_TYPES.findIndex((name) => name === type)), Buffer.from(hex, 'hex')])
      )
    )
  },
  {
    name: 'have',
    run: (input) =>
      refusesCleanly(
        () => decodeHave(input),
        ({ words }) => words.length <= MAX_HAVE_WORDS
      ),
    seeds: extensionsNamed('mapeo/have')
  },
  {
    name: 'project',
    run: (input) =>
      refusesCleanly(
        () => decodeProjectExtension(input),
        (keys) => keys.length <= MAX_AUTH_CORES
      ),
    seeds: extensionsNamed('mapeo/project')
  },
  {
    name: 'download-intent',
    run: (input) => refusesCleanly(() => decodeDownloadIntent(input)),
    seeds: extensionsNamed('mapeo/download-intent')
  },
  {
    name: 'document',
    run: (input) => {
      documentKindOf(input)
      decodeDocument(input, { discoveryKey: Buffer.alloc(32), index: 0 })
    },
    seeds: PHONES.flatMap(({ blocks }) => blocks.map(({ hex }) => Buffer.from(hex, 'hex')))
  },
  {
    name: 'photo-path',
    run: (input) => void parseFilePath(input),
    seeds: [fileKeyOf({ type: 'photo', variant: 'original', name: '0123456789abcdef.jpg' })]
  },
  {
    name: 'photo-location',
    run: (input) => void parseFileLocation(input),
    seeds: [
      Buffer.from(
        '{"blob":{"byteOffset":0,"blockOffset":0,"blockLength":1,"byteLength":9},"metadata":{"mimeType":"image/jpeg"}}'
      )
    ]
  },
  { name: 'mdns', run: runMdns, seeds: allCaptured() },
  {
    name: 'radio',
    run: (input) => {
      const text = input.toString('utf8')
      parseRadios(text, text)
      parseScan(text)
      parseStations(text)
      parseLeases(text)
    },
    seeds: [
      Buffer.from('Wiphy phy0\n\tSupported interface modes:\n\t\t * AP\n\t\t\t* 2412 MHz [1] (20.0 dBm)\n'),
      Buffer.from('BSS 02:00:00:00:01:00(on wlan0)\n\tfreq: 2412\n\tsignal: -50.00 dBm\n\tSSID: Town\n'),
      Buffer.from('Station 02:00:00:00:01:00 (on wlan0)\n\tinactive time:\t12 ms\n\tsignal:  \t-50 dBm\n'),
      Buffer.from('1790000000 02:00:00:00:01:00 10.42.0.7 phone *\n')
    ]
  }
]
