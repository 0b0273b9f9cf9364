import type { Band } from '../network-settings.ts'
import { bandOf } from '../settings-rules.ts'

// What `iw` prints. It says of itself that its output is not meant for programs; test/fixtures/iw/ holds what was seen.

/** One radio (a "wiphy") with the interfaces on it. */
export interface PhysicalRadio {
  readonly phy: string
  readonly interfaces: readonly string[]
  readonly canBeAccessPoint: boolean
  /** Whether frames of the handshake are made by hostapd and not by the radio's firmware: then WPA3 works as an access point. */
  readonly wpa3: boolean
  readonly clientLimit: number | null
  readonly channels: readonly { channel: number; band: Band; usable: boolean }[]
}

/** @param list output of `iw list` @param dev output of `iw dev` */
export function parseRadios(list: string, dev: string): PhysicalRadio[] {
  const interfaces = parseInterfaces(dev)
  return list
    .split(/^(?=Wiphy )/m)
    .filter((block) => block.startsWith('Wiphy '))
    .map((block) => {
      const phy = /^Wiphy (\S+)/.exec(block)?.[1] ?? ''
      const commands = section(block, 'Supported commands:')
      return {
        phy,
        interfaces: interfaces.get(phy) ?? [],
        canBeAccessPoint: /^\s*\* AP$/m.test(section(block, 'Supported interface modes:')),
        wpa3: /\* authenticate$/m.test(commands) || block.includes('SAE_OFFLOAD_AP'),
        clientLimit: numberIn(/Maximum associated stations in AP mode: (\d+)/, block),
        channels: [...block.matchAll(/^\s*\* \d+(?:\.\d)? MHz \[(\d+)\] ?(.*)$/gm)].map(
          ([, channel, flags = '']) => ({
            channel: Number(channel),
            band: bandOf(Number(channel)),
            usable: !/disabled|no IR|radar detection/.test(flags)
          })
        )
      }
    })
}

/** @returns interface names by the name of their radio, from `iw dev` */
function parseInterfaces(dev: string): Map<string, string[]> {
  const byPhy = new Map<string, string[]>()
  let phy = ''
  for (const line of dev.split('\n')) {
    const [, number] = /^phy#(\d+)/.exec(line) ?? []
    if (number !== undefined) phy = `phy${number}`
    const [, name] = /^\s+Interface (\S+)/.exec(line) ?? []
    if (name !== undefined) byPhy.set(phy, [...(byPhy.get(phy) ?? []), name])
  }
  return byPhy
}

/** The lines below a heading that are indented more than it. */
function section(block: string, heading: string): string {
  const lines = block.split('\n')
  const at = lines.findIndex((line) => line.trim() === heading)
  if (at === -1) return ''
  const depth = indentOf(lines[at] ?? '')
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= depth)
  return rest.slice(0, end === -1 ? undefined : end).join('\n')
}

const indentOf = (line: string) => line.length - line.trimStart().length

/** A station as the radio knows it: what is not said is null or 0. */
export interface RadioStation {
  readonly mac: string
  readonly authorized: boolean
  readonly signalDbm: number | null
  readonly rateMbps: number | null
  readonly idleMs: number
  readonly connectedMs: number
  readonly receivedBytes: number
  readonly sentBytes: number
}

/** @param dump output of `iw dev INTERFACE station dump` */
export function parseStations(dump: string): RadioStation[] {
  return dump
    .split(/^(?=Station )/m)
    .filter((block) => block.startsWith('Station '))
    .map((block) => ({
      mac: (/^Station (\S+)/.exec(block)?.[1] ?? '').toLowerCase(),
      authorized: /authorized:\s*yes/.test(block),
      signalDbm: numberIn(/signal:\s*(-?\d+)/, block),
      rateMbps: numberIn(/tx bitrate:\s*([\d.]+)/, block),
      idleMs: numberIn(/inactive time:\s*(\d+)/, block) ?? 0,
      connectedMs: (numberIn(/connected time:\s*(\d+)/, block) ?? 0) * 1000,
      receivedBytes: numberIn(/rx bytes:\s*(\d+)/, block) ?? 0,
      sentBytes: numberIn(/tx bytes:\s*(\d+)/, block) ?? 0
    }))
}

/** Another network in the neighbourhood. */
export interface HeardNetwork {
  readonly channel: number
  readonly signalDbm: number
}

/** @param scan output of `iw dev INTERFACE scan` */
export function parseScan(scan: string): HeardNetwork[] {
  return scan.split(/^(?=BSS )/m).flatMap((block) => {
    const channel = numberIn(/(?:DS Parameter set: channel|primary channel:)\s*(\d+)/, block)
    const signalDbm = numberIn(/signal:\s*(-?[\d.]+)/, block)
    return channel === null || signalDbm === null ? [] : [{ channel, signalDbm }]
  })
}

function numberIn(pattern: RegExp, text: string): number | null {
  const [, digits] = pattern.exec(text) ?? []
  return digits === undefined ? null : Number(digits)
}
