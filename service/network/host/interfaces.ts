import { readdir } from 'node:fs/promises'

/** @returns names of the Wi-Fi interfaces that are there, sorted, with spaces between */
export async function radiosThere(): Promise<string> {
  const names = await readdir('/sys/class/net').catch(() => [])
  const kept = await Promise.all(names.map(async (name) => ((await isWireless(name)) ? [name] : [])))
  return kept.flat().sort().join(' ')
}

export async function isWireless(name: string): Promise<boolean> {
  const entries: string[] = await readdir(`/sys/class/net/${name}`).catch(() => [])
  return entries.includes('phy80211')
}
