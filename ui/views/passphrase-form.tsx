import { useRef } from 'preact/hooks'
import { useAction } from './use-action.ts'

interface PassphraseFormProps {
  isNew: boolean
  action: string
  onPassphrase: (passphrase: string) => Promise<void>
}

/** The hub says itself what it refuses: the form does not know its rules. */
export function PassphraseForm({ isNew, action, onPassphrase }: PassphraseFormProps) {
  const input = useRef<HTMLInputElement>(null)
  const { isRunning, failure, run } = useAction()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        run(() => onPassphrase(input.current?.value ?? ''))
      }}
    >
      <label>
        Passphrase
        <input
          ref={input}
          type="password"
          required
          autocomplete={isNew ? 'new-password' : 'current-password'}
        />
      </label>
      {failure !== null && <p role="alert">{failure}</p>}
      <button type="submit" disabled={isRunning}>
        {action}
      </button>
    </form>
  )
}
