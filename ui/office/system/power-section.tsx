import { useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { Field, PassphraseField } from '../../components/field.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { post } from '../../model/request.ts'
import { useAction } from '../../model/use-action.ts'
import { useModel } from '../../model/use-model.ts'

type Asked = 'restart' | 'shutdown' | 'reset'

const ICONS: Record<Asked, IconName> = { restart: 'restart', shutdown: 'power', reset: 'trash' }

const LABELS = () => ({
  restart: t('system.restart'),
  shutdown: t('system.shutdown'),
  reset: t('system.reset')
})

const WHAT = () => ({
  restart: t('system.restartWhat'),
  shutdown: t('system.shutdownWhat'),
  reset: t('system.resetWhat')
})

const DONE = () => ({
  restart: t('system.restarting'),
  shutdown: t('system.shuttingDown'),
  reset: t('system.resetting')
})

/** What ends the hub. Each asks for the passphrase once more; a reset for the name of the hub, too. */
export function PowerSection() {
  const [asked, setAsked] = useState<Asked | null>(null)
  return (
    <section class="stack" aria-labelledby="power">
      <h2 id="power">{t('system.power')}</h2>
      <div class="row">
        {(['restart', 'shutdown', 'reset'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-expanded={asked === name}
            onClick={() => setAsked(asked === name ? null : name)}
          >
            <Icon name={ICONS[name]} />
            {LABELS()[name]}
          </button>
        ))}
      </div>
      {asked !== null && <Confirm key={asked} asked={asked} />}
    </section>
  )
}

function Confirm({ asked }: { asked: Asked }) {
  const model = useModel()
  const { isRunning, failure, run } = useAction()
  const [passphrase, setPassphrase] = useState('')
  const [confirmation, setConfirmation] = useState('')
  const [isDone, setDone] = useState(false)
  const hubName = model.status.value?.hub.name ?? ''
  const send = (event: Event) => {
    event.preventDefault()
    run(async () => {
      await post(`/api/system/${asked}`, { passphrase, ...(asked === 'reset' && { confirmation }) })
      setDone(true)
    })
  }
  if (isDone) {
    return (
      <Notice tone="busy" role="status">
        {DONE()[asked]}
      </Notice>
    )
  }
  return (
    <form class="card stack" onSubmit={send}>
      <Notice tone={asked === 'reset' ? 'bad' : 'attention'}>{WHAT()[asked]}</Notice>
      {asked === 'reset' && (
        <Field
          id="reset-name"
          label={t('system.typeName', { name: hubName })}
          value={confirmation}
          onValue={setConfirmation}
          autocomplete="off"
          required
        />
      )}
      <PassphraseField
        id="confirm-passphrase"
        label={t('office.passphrase')}
        value={passphrase}
        onValue={setPassphrase}
        autocomplete="current-password"
        required
      />
      <div>
        <button class="primary" type="submit" disabled={isRunning}>
          <Icon name={ICONS[asked]} />
          {LABELS()[asked]}
        </button>
      </div>
      <Failure failure={failure} />
    </form>
  )
}
