import type { ComponentChildren } from 'preact'
import { describedBy, FieldNotes } from './field-notes.tsx'

interface ChoiceProps {
  id: string
  label: string
  /** What choosing it gives, and what it costs. */
  hint: ComponentChildren
  problem?: string | null
  isChosen: boolean
  onChosen: (isChosen: boolean) => void
  /** Given when it is one of several, of which one is chosen. */
  group?: string
  disabled?: boolean
}

/** A thing to tick, or one of several to choose from, with what it means below. */
export function Choice({
  id,
  label,
  hint,
  problem = null,
  isChosen,
  onChosen,
  group,
  disabled = false
}: ChoiceProps) {
  return (
    <div class="choice-explained">
      <label class="choice" for={id}>
        <input
          id={id}
          type={group === undefined ? 'checkbox' : 'radio'}
          {...(group === undefined ? {} : { name: group })}
          checked={isChosen}
          disabled={disabled}
          {...describedBy({ id, hint, problem })}
          onChange={({ currentTarget }) => onChosen(currentTarget.checked)}
        />
        {label}
      </label>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  )
}
