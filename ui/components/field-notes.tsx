import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface Notes {
  /** Of the input that they stand below. */
  id: string
  hint?: ComponentChildren
  /** Why the hub did not take what stands there. */
  problem: string | null
}

/** @returns what tells a screen reader of the notes below an input */
export function describedBy({ id, hint, problem }: Notes): {
  'aria-describedby'?: string
  'aria-invalid'?: true
} {
  const ids = [...(problem === null ? [] : [`${id}-problem`]), ...(hint === undefined ? [] : [`${id}-hint`])]
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(problem === null ? {} : { 'aria-invalid': true as const })
  }
}

/** What stands below an input: why it was not taken, and what it is for. The input that was refused gets the keyboard. */
export function FieldNotes({ id, hint, problem }: Notes) {
  useLayoutEffect(() => {
    if (problem !== null) document.getElementById(id)?.focus()
  }, [problem])
  return (
    <>
      {problem !== null && (
        <div class="field-problem tone-bad" id={`${id}-problem`} role="alert">
          <Icon name="warning" size={20} />
          {problem}
        </div>
      )}
      {hint !== undefined && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </>
  )
}
