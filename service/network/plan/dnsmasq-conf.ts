import { CONNECTIVITY_CHECK_HOSTS, DNS_CHECKS } from '../connectivity-checks.ts'
import type { PortalMode } from '../network-settings.ts'

export interface DnsmasqWish {
  readonly interfaceName: string
  /** Of the hub, the first of a /24. */
  readonly address: string
  readonly netmask: string
  readonly portal: PortalMode
  /** Whether phones get internet through the hub: only then is the hub a gateway, and other names are asked for. */
  readonly shareUplink: boolean
  readonly leaseFile: string
}

/** Long enough for a day's visit; a phone that comes back finds its address free as a rule. */
const LEASE = '12h'

/**
 * Configuration of dnsmasq: addresses, and the few names that the hub answers for. Every other name is refused at once, so
 * that an app which can use mobile data does. The hub is no gateway unless it shares an uplink.
 *
 * The lease file lies in memory: which phones were here is not kept on the card. `dhcp-authoritative` confirms an address that
 * a phone remembers from before a restart, and addresses are made from the MAC, so that phones keep theirs all the same.
 */
export function dnsmasqConf({
  interfaceName,
  address,
  netmask,
  portal,
  shareUplink,
  leaseFile
}: DnsmasqWish): string {
  const network = address.split('.').slice(0, 3).join('.')
  const checks = portal === 'off' || shareUplink ? [] : CONNECTIVITY_CHECK_HOSTS
  const lines = [
    `interface=${interfaceName}`,
    'except-interface=lo',
    'bind-dynamic',
    'no-hosts',
    ...(shareUplink ? [] : ['no-resolv']),
    // Not `no-daemon`: that is for debugging, and stays root.
    'keep-in-foreground',
    'log-facility=-',
    'pid-file=',
    'dhcp-authoritative',
    `dhcp-range=${network}.10,${network}.249,${netmask},${LEASE}`,
    `dhcp-leasefile=${leaseFile}`,
    // An empty option is one that is not sent: dnsmasq would name itself as the gateway.
    `dhcp-option=option:router${shareUplink ? `,${address}` : ''}`,
    `dhcp-option=option:dns-server,${address}`,
    'dhcp-option=option:domain-name,lan',
    ...['waystation.lan', 'waystation', 'waystation.local'].map((name) => `host-record=${name},${address}`),
    // With host-record a question for another type is answered "no such data" and not "no such name", which some phones
    // would take for the address as well.
    'local=/lan/',
    'local=/local/',
    ...checks.flatMap((host) => [`host-record=${host},${address}`, `local=/${host}/`]),
    ...(checks.length > 0
      ? DNS_CHECKS.flatMap(({ host, address: answer }) => [
          `host-record=${host},${answer}`,
          `local=/${host}/`
        ])
      : [])
  ]
  return `${lines.join('\n')}\n`
}
