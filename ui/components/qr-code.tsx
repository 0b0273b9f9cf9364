import { encode } from 'uqr'

/** Modules of white around the code: ISO/IEC 18004 asks for four. */
const QUIET_ZONE = 4

/** A QR code as a drawing: dark on white in the dark scheme too, because many scanners read nothing else. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

/** What phone cameras take for a Wi-Fi to join (the format of ZXing, which Android and iOS read). */
export function wifiCode(ssid: string, passphrase: string): string {
  const escaped = (text: string) => text.replace(/[\\;,:"]/g, '\\$&')
  return `WIFI:T:WPA;S:${escaped(ssid)};P:${escaped(passphrase)};;`
}
