import type { DocumentKind } from '../wire/documents.ts'

/** One byte of every key that tells kinds apart. Written to disk: never renumber. */
const NUMBERS: Readonly<Record<DocumentKind, number>> = {
  observation: 1,
  track: 2,
  remoteDetectionAlert: 3,
  preset: 4,
  field: 5,
  icon: 6,
  translation: 7,
  projectSettings: 8,
  deviceInfo: 9,
  role: 10,
  coreOwnership: 11
}

// Object.keys forgets the type of the keys of a record that has exactly these.
export const KINDS = Object.keys(NUMBERS) as DocumentKind[]

/** The kinds that people look for by time, device and place. */
export const FIELD_KINDS = ['observation', 'track', 'remoteDetectionAlert'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

export function kindNumber(kind: DocumentKind): number {
  return NUMBERS[kind]
}

export function isFieldKind(kind: DocumentKind): kind is FieldKind {
  return (FIELD_KINDS as readonly string[]).includes(kind)
}

/** @param number as `kindNumber` gives it */
export function kindOfNumber(number: number): DocumentKind {
  const kind = KINDS.find((one) => NUMBERS[one] === number)
  if (kind === undefined) throw new Error('The mirror holds a kind of document that does not exist')
  return kind
}
