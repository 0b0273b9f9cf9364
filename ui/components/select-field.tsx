import type { ComponentChildren } from 'preact'
import { describedBy, FieldNotes } from './field-notes.tsx'

interface SelectFieldProps {
  id: string
  label: string
  hint?: ComponentChildren
  problem?: string | null
  value: string
  onValue: (value: string) => void
  /** The `<option>`s. */
  children: ComponentChildren
}

/** One of many, with its name above and a hint below. */
export function SelectField({ id, label, hint, problem = null, value, onValue, children }: SelectFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        {...describedBy({ id, hint, problem })}
        onChange={({ currentTarget }) => onValue(currentTarget.value)}
      >
        {children}
      </select>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  )
}
