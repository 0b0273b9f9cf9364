import { computed, signal } from '@preact/signals'
import type { DeviceView, StatusView } from '../../service/web/status-schemas.ts'
import { suggestLanguage } from '../i18n/language.ts'
import { Live } from './live.ts'
import { Pace } from './pace.ts'
import { post, sessionListeners } from './request.ts'

export type Connection = 'connecting' | 'live' | 'lost'

/** What every view may know: the status as the hub tells it, whether it tells, and who this browser is to it. */
export class HubModel {
  /** Null until the hub has told it for the first time. */
  readonly status = signal<StatusView | null>(null)
  readonly connection = signal<Connection>('connecting')
  /** Counts connections: what was read before may have changed while nobody listened. */
  readonly connections = signal(0)
  readonly inOffice = computed(() => this.status.value?.office !== undefined)
  /** The hub ended the session of this browser; it was not logged out by a person. */
  readonly sessionEnded = signal(false)
  readonly live: Live
  /** The hub's clock minus this phone's. Times of the hub are compared by the hub's clock. */
  readonly clockAheadMs = signal(0)
  readonly #paces = new Map<string, Pace>()
  #leaving = false

  constructor() {
    this.live = new Live((state) => {
      if (state === 'live') this.connections.value += 1
      this.connection.value = state
    })
    this.live.on('status', (status) => this.#takeStatus(status))
    this.live.on('device', (device) => {
      this.#notePace(device)
      const status = this.status.value
      if (status !== null) this.status.value = { ...status, devices: replaced(status.devices, device) }
    })
    sessionListeners.add(() => this.live.connect())
  }

  start(): void {
    this.live.connect()
  }

  /** @throws Refused */
  async setup(passphrase: string): Promise<void> {
    await post('/api/setup', { passphrase })
    this.live.connect()
  }

  /** @throws Refused */
  async login(passphrase: string): Promise<void> {
    await post('/api/login', { passphrase })
    this.sessionEnded.value = false
    this.live.connect()
  }

  /** @throws Refused */
  async logout(): Promise<void> {
    await post('/api/logout')
    this.#leaving = true
    this.live.connect()
  }

  /**
   * The hub forgets its keys, and everybody is out of the office.
   * @throws Refused
   */
  async lock(): Promise<void> {
    await post('/api/lock')
    this.#leaving = true
    this.live.connect()
  }

  paceOf(deviceId: string): Pace | null {
    return this.#paces.get(deviceId) ?? null
  }

  #notePace({ id, state, progress }: DeviceView): void {
    if (state === 'away') this.#paces.delete(id)
    else {
      const pace = this.#paces.get(id) ?? new Pace()
      this.#paces.set(id, pace)
      pace.note(progress, performance.now())
    }
  }

  #takeStatus(status: StatusView): void {
    if (this.inOffice.value && status.office === undefined) this.sessionEnded.value = !this.#leaving
    if (status.office !== undefined) this.sessionEnded.value = false
    this.#leaving = false
    this.clockAheadMs.value = Date.parse(status.hub.clock) - Date.now()
    for (const device of status.devices) this.#notePace(device)
    this.status.value = status
    void suggestLanguage(status.hub.language)
  }
}

function replaced(devices: readonly DeviceView[], device: DeviceView): DeviceView[] {
  const isKnown = devices.some(({ id }) => id === device.id)
  return isKnown ? devices.map((known) => (known.id === device.id ? device : known)) : [...devices, device]
}
