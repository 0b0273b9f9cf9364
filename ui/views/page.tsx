import { useEffect } from 'preact/hooks'
import type { HubModel } from '../hub-model.ts'
import { Board } from './board.tsx'
import { Office } from './office.tsx'

export function Page({ model }: { model: HubModel }) {
  const status = model.status.value
  const name = status === null ? 'Waystation' : status.hub.name
  useEffect(() => {
    document.title = name
  }, [name])
  return (
    <main>
      <h1>{name}</h1>
      <Connection model={model} />
      {status !== null && (
        <>
          <p class="muted">
            Device ID <code>{status.hub.deviceId.slice(0, 12)}</code>
          </p>
          <Board status={status} />
          <Office model={model} claimed={status.setup.claimed} />
        </>
      )}
    </main>
  )
}

function Connection({ model }: { model: HubModel }) {
  switch (model.connection.value) {
    case 'live':
      return null
    case 'connecting':
      return <p role="status">Asking the hub…</p>
    case 'lost':
      return (
        <p role="alert">
          The hub does not answer. Are you still on its Wi-Fi?
          {model.status.value !== null && ' Below is what it told last.'}
        </p>
      )
  }
}
