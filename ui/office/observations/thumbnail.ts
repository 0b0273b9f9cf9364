import type { AttachmentView, ObservationView, Variant } from '../../../service/web/observation-schemas.ts'

/** The smallest variant that the hub holds comes first: a list on a slow Wi-Fi. */
const SMALLEST_FIRST: readonly Variant[] = ['thumbnail', 'preview', 'original']

export function fileAddress(projectId: string, { driveId, name }: AttachmentView, variant: Variant): string {
  return `/api/projects/${projectId}/photos/${driveId}/${variant}/${encodeURIComponent(name)}`
}

/** @returns the address of the smallest picture of a photo that the hub holds; null while it holds none */
export function smallest(projectId: string, photo: AttachmentView): string | null {
  const variant = SMALLEST_FIRST.find((one) => photo.variants[one] === 'held')
  return variant === undefined ? null : fileAddress(projectId, photo, variant)
}

/** Of the first photo of an observation. */
export function thumbnailOf(
  projectId: string,
  observation: ObservationView | null | undefined
): string | null {
  const photo = observation?.attachments.find(({ type }) => type === 'photo')
  return photo === undefined ? null : smallest(projectId, photo)
}
