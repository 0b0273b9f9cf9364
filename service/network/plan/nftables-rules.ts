/** TCP ports of the hub itself. */
export interface ServedPorts {
  readonly http: number
  /** Left out where the page is not served encrypted. */
  readonly https?: number
  readonly sync: number
}

export interface FirewallWish {
  /** Of the access point; null while there is none: then nothing comes in. */
  readonly interfaceName: string | null
  /** Whether that is a bridge of two radios, and phones of one are kept apart from those of the other. */
  readonly bridge: 'open' | 'isolated' | null
  /** Interfaces from which the hub may be reached besides. */
  readonly lans: readonly string[]
  readonly ports: ServedPorts
  readonly shareUplink: boolean
}

/**
 * The firewall as one file for `nft -f`, which takes effect as a whole or not at all. Nothing comes in, and nothing passes
 * through, but what is named here.
 */
export function nftablesRules({ interfaceName, bridge, lans, ports, shareUplink }: FirewallWish): string {
  const own = interfaceName === null ? null : `"${interfaceName}"`
  const served = [...(own === null ? [] : [own]), ...lans.map((name) => `"${name}"`)].join(', ')
  const passes = own === null || !shareUplink ? null : `iifname ${own} oifname != ${own}`
  const input = [
    'iifname "lo" accept',
    'ct state established,related accept',
    'ct state invalid drop',
    'udp sport 67 udp dport 68 accept',
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
    // No phone makes itself the hub's way out.
    `${own === null ? '' : `iifname != ${own} `}icmpv6 type nd-router-advert accept`
  ]
  if (served !== '') {
    input.push(
      `iifname { ${served} } tcp dport { ${[...new Set(Object.values(ports))].join(', ')} } accept`,
      `iifname { ${served} } udp dport 5353 accept`,
      `iifname { ${served} } icmp type echo-request accept`
    )
  }
  if (own !== null) {
    input.push(
      `iifname ${own} udp dport { 53, 67 } accept`,
      `iifname ${own} tcp dport 53 accept`,
      `iifname ${own} reject with icmpx admin-prohibited`
    )
  }
  const forward = passes === null ? [] : ['ct state established,related accept', `${passes} accept`]
  const chains = [
    chain('input', 'type filter hook input priority filter; policy drop;', input),
    chain('forward', 'type filter hook forward priority filter; policy drop;', forward),
    ...(passes === null
      ? []
      : [
          chain('postrouting', 'type nat hook postrouting priority srcnat; policy accept;', [
            `${passes} masquerade`
          ])
        ])
  ]
  return `table inet waystation
delete table inet waystation
table inet waystation {
${chains.join('')}}
${bridge === null ? '' : bridgeRules(bridge)}`
}

function chain(name: string, hook: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${[hook, ...rules].map((line) => `    ${line}\n`).join('')}  }\n`
}

/** What passes between two radios. Each of them keeps its own phones apart by itself. */
function bridgeRules(bridge: 'open' | 'isolated'): string {
  const rules = chain('forward', 'type filter hook forward priority filter; policy drop;', [])
  return `table bridge waystation
delete table bridge waystation
${bridge === 'isolated' ? `table bridge waystation {\n${rules}}\n` : ''}`
}
