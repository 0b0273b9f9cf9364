import type { StatusView } from '../../service/web/status-schemas.ts'
import { DeviceRow } from './device-row.tsx'

const STORAGE_WORDS = {
  ok: null,
  low: 'The hub is nearly full.',
  'no-originals': 'The hub is nearly full: it takes photos in small sizes only.',
  full: 'The hub is full: it takes nothing new.',
  failed: 'The card of the hub does not take data any more.'
} satisfies Record<StatusView['storage']['state'], string | null>

/** The public part: who is here, and how far each is. */
export function Board({ status }: { status: StatusView }) {
  const storage = STORAGE_WORDS[status.storage.state]
  // Who is here comes first; the order of the hub otherwise.
  const here = status.devices.filter(({ state }) => state !== 'away')
  const away = status.devices.filter(({ state }) => state === 'away')
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Devices</h2>
      {storage !== null && <p role="alert">{storage}</p>}
      {status.devices.length === 0 && (
        <p>No devices found. Open CoMapeo on this Wi-Fi, go to Exchange and press Start.</p>
      )}
      <ul>
        {[...here, ...away].map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
    </section>
  )
}
