import { useState } from 'preact/hooks'
import type { SealView } from '../../../service/web/status-schemas.ts'
import { ConfirmForm } from '../../components/confirm-form.tsx'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { patch } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'
import { useModel } from '../../model/use-model.ts'

/** Whether the passphrase alone opens what is on the hub, and the way to lock it now. */
export function SealSection() {
  const seal = useModel().status.value?.seal
  const [isAsking, setAsking] = useState(false)
  if (seal === undefined) return null
  const isSealed = seal.mode === 'sealed'
  return (
    <section class="stack" aria-labelledby="seal">
      <h2 id="seal">{t('seal.title')}</h2>
      {isSealed ? (
        <Notice tone="good">{t('seal.sealedWhat')}</Notice>
      ) : (
        <Notice tone="attention">{t('seal.openWhat')}</Notice>
      )}
      {isSealed && <LockNow />}
      <div>
        <button type="button" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
          {isSealed ? t('seal.leaveOpen') : t('seal.seal')}
        </button>
      </div>
      {isAsking && <ChangeMode seal={seal} onChanged={() => setAsking(false)} />}
    </section>
  )
}

function LockNow() {
  const model = useModel()
  const { isRunning, failure, run } = useAction()
  return (
    <>
      <p>{t('seal.lockWhat')}</p>
      <div>
        <button class="primary" type="button" disabled={isRunning} onClick={() => run(() => model.lock())}>
          <Icon name="lock" />
          {t('seal.lockNow')}
        </button>
      </div>
      <Failure failure={failure} />
    </>
  )
}

function ChangeMode({ seal, onChanged }: { seal: SealView; onChanged: () => void }) {
  const model = useModel()
  const isSealed = seal.mode === 'sealed'
  return (
    <ConfirmForm
      id="seal"
      label={isSealed ? t('seal.leaveOpen') : t('seal.seal')}
      onConfirm={async ({ passphrase }) => {
        await patch<SealView>('/api/seal', { mode: isSealed ? 'open' : 'sealed', passphrase })
        model.live.connect()
        onChanged()
      }}
    >
      {isSealed ? <Notice tone="attention">{t('seal.leaveOpenWhat')}</Notice> : <p>{t('seal.sealWhat')}</p>}
    </ConfirmForm>
  )
}
