/** Stations that a radio's firmware takes at most, where the kernel does not say. Source of each in docs/networks.md. */
const LIMITS: Readonly<Record<string, number>> = {
  // Raspberry Pi's own radios with the firmware they come with.
  brcmfmac: 8
}

export function clientLimitOf(driver: string | null): number | null {
  return (driver !== null && LIMITS[driver]) || null
}
