import type { HubModel } from '../hub-model.ts'
import { InviteList } from './invite-list.tsx'
import { PassphraseForm } from './passphrase-form.tsx'
import { ProjectList } from './project-list.tsx'
import { useAction } from './use-action.ts'

/** The part behind the passphrase. */
export function Office({ model, claimed }: { model: HubModel; claimed: boolean }) {
  if (!claimed) {
    return (
      <section aria-labelledby="office">
        <h2 id="office">Set up this hub</h2>
        <p>
          Whoever has the passphrase decides which projects the hub joins. Nobody can recover it: write it
          down.
        </p>
        <PassphraseForm
          isNew
          action="Set passphrase"
          onPassphrase={(passphrase) => model.setup(passphrase)}
        />
      </section>
    )
  }
  if (!model.inOffice.value) {
    return (
      <section aria-labelledby="office">
        <h2 id="office">Office</h2>
        <PassphraseForm
          isNew={false}
          action="Log in"
          onPassphrase={(passphrase) => model.login(passphrase)}
        />
      </section>
    )
  }
  return (
    <>
      <InviteList model={model} />
      <ProjectList model={model} />
      <LogoutButton model={model} />
    </>
  )
}

function LogoutButton({ model }: { model: HubModel }) {
  const { isRunning, failure, run } = useAction()
  return (
    <section>
      {failure !== null && <p role="alert">{failure}</p>}
      <button type="button" disabled={isRunning} onClick={() => run(() => model.logout())}>
        Log out
      </button>
    </section>
  )
}
