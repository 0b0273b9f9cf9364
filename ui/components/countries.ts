// Where CoMapeo's teams work and what they ask for first; then everybody by the platform's own names, where it has them
// (Chrome 81). The code is what counts: the radio rules of that country apply.
const CODES =
  'AR AT AU BD BE BO BR BZ CA CD CF CG CH CL CM CO CR CU DE DK DO EC ES FI FR GA GB GF GH GQ GR GT GY HN ID IE IN IT JM JP KE KH KR LA LK MM MN MX MY MZ NA NG NI NL NO NP NZ PA PE PG PH PL PR PT PY SB SE SR SV TH TL TT TZ UG US UY VE VN VU ZA ZM ZW'.split(
    ' '
  )

/** @returns countries by name in a language, or by code where the browser knows no names */
export function countriesIn(tag: string): { code: string; name: string }[] {
  const named = CODES.map((code) => ({ code, name: nameOf(code, tag) }))
  return named.sort((a, b) => a.name.localeCompare(b.name, tag))
}

function nameOf(code: string, tag: string): string {
  if (!('DisplayNames' in Intl)) return code
  const name = new Intl.DisplayNames(tag, { type: 'region' }).of(code)
  return name === undefined ? code : `${name} (${code})`
}
