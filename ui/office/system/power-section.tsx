import { useState } from 'preact/hooks'
import { ConfirmForm } from '../../components/confirm-form.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { post } from '../../model/request.ts'
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
  const hubName = useModel().status.value?.hub.name ?? ''
  const [isDone, setDone] = useState(false)
  if (isDone) {
    return (
      <Notice tone="busy" role="status">
        {DONE()[asked]}
      </Notice>
    )
  }
  const isReset = asked === 'reset'
  return (
    <ConfirmForm
      id="power"
      icon={ICONS[asked]}
      label={LABELS()[asked]}
      {...(isReset && { nameLabel: t('system.typeName', { name: hubName }) })}
      onConfirm={async ({ passphrase, confirmation }) => {
        await post(`/api/system/${asked}`, { passphrase, ...(isReset && { confirmation }) })
        setDone(true)
      }}
    >
      <Notice tone={isReset ? 'bad' : 'attention'}>{WHAT()[asked]}</Notice>
    </ConfirmForm>
  )
}
