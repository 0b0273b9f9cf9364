import type { DownloadIntent } from '../wire/download-intent-extension.ts'
import type { BlobFile } from './blob-catalog.ts'

/** Whether a device that said this will ever ask for a file. CoMapeo peer protocol, `mapeo/download-intent`. */
export function wants(intent: DownloadIntent, file: Pick<BlobFile, 'type' | 'variant'>): boolean {
  if (intent.everything) return true
  const variants = intent.variants.get(file.type)
  return variants !== undefined && (variants.length === 0 || variants.includes(file.variant))
}
