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
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
  const served = [...(interfaceName === null ? [] : [interfaceName]), ...lans]
  return `table inet waystation
delete table inet waystation
table inet waystation {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    ct state invalid drop
    udp sport 67 udp dport 68 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
${
  served.length === 0
    ? ''
    : `    iifname { ${quoted(served)} } tcp dport { ${[...new Set(Object.values(ports))].join(', ')} } accept
    iifname { ${quoted(served)} } udp dport 5353 accept
    iifname { ${quoted(served)} } icmp type echo-request accept
`
}${
    interfaceName === null
      ? ''
      : `    iifname "${interfaceName}" udp dport { 53, 67 } accept
    iifname "${interfaceName}" tcp dport 53 accept
    iifname "${interfaceName}" reject with icmpx admin-prohibited
`
  }  }
  chain forward {
    type filter hook forward priority filter; policy drop;
${
  shareUplink && interfaceName !== null
    ? `    ct state established,related accept
    iifname "${interfaceName}" oifname != "${interfaceName}" accept
`
    : ''
}  }
${
  shareUplink && interfaceName !== null
    ? `  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    iifname "${interfaceName}" oifname != "${interfaceName}" masquerade
  }
`
    : ''
}}
${bridge === null ? '' : bridgeRules(bridge)}`
}

/** What passes between two radios. Each of them keeps its own phones apart by itself. */
function bridgeRules(bridge: 'open' | 'isolated'): string {
  return `table bridge waystation
delete table bridge waystation
${
  bridge === 'isolated'
    ? `table bridge waystation {
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`
    : ''
}`
}
