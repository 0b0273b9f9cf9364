/** What a phone asks to find out whether a Wi-Fi has internet, and the answer that says yes. */
export interface ConnectivityCheck {
  readonly system: string
  readonly host: string
  readonly path: string
  readonly status: 200 | 204
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const APPLE_SUCCESS = '<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>'
const NETWORK_MANAGER = {
  status: 200,
  headers: { 'x-networkmanager-status': 'online' },
  body: 'NetworkManager is online\n'
} as const

/**
 * One row for each request that a system is documented or known to make. Only hosts that serve nothing else are here:
 * `www.google.com` and `www.gstatic.com`, which some systems ask too, would take a phone's other traffic to the hub.
 * docs/networks.md says where each comes from.
 */
export const CONNECTIVITY_CHECKS: readonly ConnectivityCheck[] = [
  { system: 'Android', host: 'connectivitycheck.gstatic.com', path: '/generate_204', status: 204 },
  { system: 'Android', host: 'connectivitycheck.gstatic.com', path: '/gen_204', status: 204 },
  { system: 'Android', host: 'connectivitycheck.android.com', path: '/generate_204', status: 204 },
  { system: 'Android (Xiaomi)', host: 'connect.rom.miui.com', path: '/generate_204', status: 204 },
  {
    system: 'Android (Huawei)',
    host: 'connectivitycheck.platform.hicloud.com',
    path: '/generate_204',
    status: 204
  },
  { system: 'Android (Vivo)', host: 'wifi.vivo.com.cn', path: '/generate_204', status: 204 },
  { system: 'iOS and macOS', host: 'captive.apple.com', path: '/', status: 200, body: APPLE_SUCCESS },
  {
    system: 'iOS and macOS',
    host: 'captive.apple.com',
    path: '/hotspot-detect.html',
    status: 200,
    body: APPLE_SUCCESS
  },
  {
    system: 'Windows',
    host: 'www.msftconnecttest.com',
    path: '/connecttest.txt',
    status: 200,
    body: 'Microsoft Connect Test'
  },
  { system: 'Windows', host: 'www.msftncsi.com', path: '/ncsi.txt', status: 200, body: 'Microsoft NCSI' },
  {
    system: 'Firefox',
    host: 'detectportal.firefox.com',
    path: '/success.txt',
    status: 200,
    body: 'success\n'
  },
  {
    system: 'Firefox',
    host: 'detectportal.firefox.com',
    path: '/canonical.html',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
  },
  { system: 'GNOME', host: 'nmcheck.gnome.org', path: '/check_network_status.txt', ...NETWORK_MANAGER },
  { system: 'Debian', host: 'network-test.debian.org', path: '/nm', ...NETWORK_MANAGER },
  {
    system: 'Ubuntu',
    host: 'connectivity-check.ubuntu.com',
    path: '/',
    status: 204,
    headers: { 'x-networkmanager-status': 'online' }
  }
]

export const CONNECTIVITY_CHECK_HOSTS: readonly string[] = [
  ...new Set(CONNECTIVITY_CHECKS.map(({ host }) => host))
]

/** Windows also asks for a name and expects this very address. */
export const DNS_CHECKS = [{ host: 'dns.msftncsi.com', address: '131.107.255.255' }] as const

/** @returns the answer to a request, or null when it is no connectivity check of the table */
export function findCheck(host: string, path: string): ConnectivityCheck | null {
  return CONNECTIVITY_CHECKS.find((check) => check.host === host && check.path === path) ?? null
}
