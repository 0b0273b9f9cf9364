/** How long the browser may take to begin to read what it is given. */
const KEPT_MS = 60_000

/** Has the browser save bytes that the page holds. */
export function saveFile(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(address), KEPT_MS)
}
