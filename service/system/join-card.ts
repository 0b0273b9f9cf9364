import { encode, renderSVG } from 'uqr'
import { qrPng } from './qr-png.ts'

/** What a phone needs to come to this hub. */
export interface Joining {
  readonly hubName: string
  /** First characters of its ID, as they stand on its label. */
  readonly idStart: string
  /** Null on a network that is not the hub's own. */
  readonly wifi: { readonly ssid: string; readonly passphrase: string } | null
  /** Addresses of the page, the surest one first. */
  readonly pages: readonly string[]
  /** SHA-256 of the certificate of the encrypted page, in upper-case hex with colons; null when there is none. */
  readonly fingerprint: string | null
}

/** As in the page's own card: in every language, because nobody is there to choose one. */
const PASSPHRASE_WORDS = 'Password · Contraseña · Senha · Mot de passe · Kata sandi'
const PAGE_WORDS = 'Page · Página · Halaman'
/** As browsers call it, in all languages. */
const FINGERPRINT_WORDS = 'https · SHA-256'

/** ISO/IEC 18004 asks for four modules of white around a code. */
const QR_OPTIONS = { ecc: 'M', border: 4 } as const

/** One file that stands by itself, to look at or print from any computer with a card reader. */
export function joinCardHtml({ hubName, idStart, wifi, pages, fingerprint }: Joining): string {
  const [page = ''] = pages
  const wifiPart =
    wifi === null
      ? ''
      : `<section><h2>1. Wi-Fi</h2>${renderSVG(wifiCode(wifi), QR_OPTIONS)}<p><b>${escaped(wifi.ssid)}</b></p>
<p><small>${PASSPHRASE_WORDS}</small><br><code>${escaped(wifi.passphrase)}</code></p></section>`
  const pageLines = pages.map((address) => `<code>${escaped(address)}</code>`).join('<br>')
  const fingerprintPart =
    fingerprint === null ? '' : `<p><small>${FINGERPRINT_WORDS}</small><br><code>${fingerprint}</code></p>`
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(hubName)}</title>
<style>body{font:16px sans-serif;max-width:40em;margin:1em auto;padding:0 1em}svg{width:14em;display:block}code{font-size:1.2em;overflow-wrap:anywhere}</style>
<h1>${escaped(hubName)}</h1><p><code>${escaped(idStart)}</code></p>
${wifiPart}<section><h2>${wifi === null ? '' : '2. '}${PAGE_WORDS}</h2>${renderSVG(page, QR_OPTIONS)}<p>${pageLines}</p>${fingerprintPart}</section>
</html>
`
}

/** The code alone, for a phone's camera: of the Wi-Fi, or of the page where there is no Wi-Fi of the hub's own. */
export function joinCardPng({ wifi, pages }: Joining): Buffer {
  return qrPng(encode(wifi === null ? (pages[0] ?? '') : wifiCode(wifi), QR_OPTIONS).data)
}

/** What phone cameras take for a Wi-Fi to join (the format of ZXing, which Android and iOS read). */
function wifiCode({ ssid, passphrase }: { ssid: string; passphrase: string }): string {
  const masked = (text: string) => text.replace(/[\\;,:"]/g, '\\$&')
  return `WIFI:T:WPA;S:${masked(ssid)};P:${masked(passphrase)};;`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
