import { useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { useAction } from '../../model/use-action.ts'

/** Takes a file from the hub when the person has said so twice. */
export function RemoveButton({ onRemove }: { onRemove: () => Promise<void> }) {
  const { isRunning, failure, run } = useAction()
  const [isAsked, setAsked] = useState(false)
  return (
    <>
      <div class="row">
        {isAsked ? (
          <>
            <button type="button" class="primary" disabled={isRunning} onClick={() => run(onRemove)}>
              <Icon name="trash" />
              {t('files.removeSure')}
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              {t('files.keep')}
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsked(true)}>
            <Icon name="trash" />
            {t('files.remove')}
          </button>
        )}
      </div>
      <Failure failure={failure} />
    </>
  )
}
