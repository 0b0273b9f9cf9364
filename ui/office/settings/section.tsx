import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import type { Refused } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'

/** "Saved" stays for as long as it takes to see it. */
const SAVED_MS = 4_000

interface SectionProps {
  title: string
  /** Called when the person saves. */
  onSave: () => Promise<void>
  /** Given when some refusals are shown by the fields that they are about: those are not said a second time. */
  isShownByField?: (failure: Refused | null) => boolean
  children: ComponentChildren | ((failure: Refused | null) => ComponentChildren)
}

/** One part of the settings with its button, and whether it was saved. */
export function Section({ title, onSave, isShownByField = () => false, children }: SectionProps) {
  const { isRunning, failure, run } = useAction()
  const [isSaved, setSaved] = useState(false)
  useEffect(() => {
    if (!isSaved) return
    const timer = window.setTimeout(() => setSaved(false), SAVED_MS)
    return () => window.clearTimeout(timer)
  }, [isSaved])
  return (
    <form
      class="card stack"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await onSave()
          setSaved(true)
        })
      }}
    >
      <h2>{title}</h2>
      {typeof children === 'function' ? children(failure) : children}
      <Failure failure={isShownByField(failure) ? null : failure} />
      <div class="row">
        <button type="submit" disabled={isRunning}>
          {t('settings.save')}
        </button>
        <span role="status">
          {isSaved && (
            <span class="state tone-good">
              <Icon name="check" size={20} />
              {t('settings.saved')}
            </span>
          )}
        </span>
      </div>
    </form>
  )
}
