import type { DeviceView, Flow } from '../../service/web/status-schemas.ts'

const STATE_WORDS = {
  found: 'Found',
  'unknown-project': 'In no project of this hub',
  waiting: 'Waiting: press Start in Exchange',
  exchanging: 'Exchanging…',
  'up-to-date': 'Up to date!',
  away: 'Away'
} satisfies Record<DeviceView['state'], string>

export function DeviceRow({ device }: { device: DeviceView }) {
  const { id, name, state, progress, lastSeenAt } = device
  return (
    <li>
      <strong>{name ?? 'Unnamed device'}</strong> <code>{id.slice(0, 12)}</code>
      <div class={`state state-${state}`}>{STATE_WORDS[state]}</div>
      {state === 'away' && lastSeenAt !== null && (
        <div class="muted">
          Last seen <time dateTime={lastSeenAt}>{new Date(lastSeenAt).toLocaleString()}</time>
        </div>
      )}
      {progress !== null && state !== 'away' && (
        <>
          <FlowBar label="To the hub" flow={progress.toHub} />
          <FlowBar label="From the hub" flow={progress.fromHub} />
        </>
      )}
    </li>
  )
}

function FlowBar({ label, flow: { done, wanted } }: { label: string; flow: Flow }) {
  const blocks = done.blocks + wanted.blocks
  if (blocks === 0) return null
  const counted = [
    amount(done.documents, wanted.documents, 'documents'),
    amount(done.photos, wanted.photos, 'photos')
  ].filter((words) => words !== '')
  return (
    <label>
      {/* What is neither are the project's own settings, or what the hub cannot read. */}
      {label}: {counted.join(', ') || amount(done.blocks, wanted.blocks, 'blocks')}
      <progress value={done.blocks} max={blocks} />
    </label>
  )
}

/** Nothing where the hub cannot count, or where there is nothing to count. */
function amount(done: number | null, wanted: number | null, unit: string): string {
  if (done === null || wanted === null || done + wanted === 0) return ''
  return `${done} of ${done + wanted} ${unit}`
}
