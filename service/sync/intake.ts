import type { ProjectCore } from '../projects/project-cores.ts'

/**
 * What the hub takes in while its card fills up. Roles (`auth`) are always taken in, but from a device that is held back:
 * somebody who was removed must be shut out of a full hub, too.
 */
export interface Intake {
  readonly documents: boolean
  readonly photos: 'all' | 'small' | 'none'
  /** Whether nothing more is taken into this core whatever the rest: its owner has had its share of the card. */
  isHeldBack(core: ProjectCore): boolean
}

export const TAKE_ALL: Intake = { documents: true, photos: 'all', isHeldBack: () => false }

export const TAKE_NOTHING: Intake = { documents: false, photos: 'none', isHeldBack: () => true }

/** @returns whether the blocks of a core other than photos are asked for */
export function takesDocuments(intake: Intake, core: ProjectCore): boolean {
  return (intake.documents || core.namespace === 'auth') && !intake.isHeldBack(core)
}
