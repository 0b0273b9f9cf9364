import { computed, signal, type Signal } from '@preact/signals'
import type { InviteView } from '../service/web/invite-schemas.ts'
import type { ProjectView } from '../service/web/project-schemas.ts'
import type { StatusView } from '../service/web/status-schemas.ts'
import { api } from './api.ts'
import { Live } from './live.ts'

/** A list of the office: not read yet, failed with a sentence for people, or here. */
export type Loaded<T> =
  { state: 'loading' } | { state: 'failed'; reason: string } | { state: 'here'; items: T[] }

/** Everything that the page shows, kept as the hub tells it. Views read the signals and call the methods. */
export class HubModel {
  /** Null until the hub has told it for the first time. */
  readonly status = signal<StatusView | null>(null)
  readonly connection = signal<'connecting' | 'live' | 'lost'>('connecting')
  readonly invites = signal<Loaded<InviteView>>({ state: 'loading' })
  readonly projects = signal<Loaded<ProjectView>>({ state: 'loading' })
  readonly inOffice = computed(() => this.status.value?.office !== undefined)

  /** Lists are told change by change; what changed while nobody listened must be asked for. */
  #listsAreStale = true

  readonly #live = new Live({
    status: (status) => this.#takeStatus(status),
    device: (device) => {
      const status = this.status.value
      if (status !== null) this.status.value = { ...status, devices: replaced(status.devices, device) }
    },
    invite: (invite) => replaceIn(this.invites, invite),
    project: (project) => replaceIn(this.projects, project),
    connected: () => {
      this.connection.value = 'live'
      this.#listsAreStale = true
    },
    lost: () => (this.connection.value = 'lost')
  })

  start(): void {
    this.#live.connect()
  }

  /** @throws Refused */
  async setup(passphrase: string): Promise<void> {
    await api.setup(passphrase)
    this.#live.connect()
  }

  /** @throws Refused */
  async login(passphrase: string): Promise<void> {
    await api.login(passphrase)
    this.#live.connect()
  }

  /** @throws Refused */
  async logout(): Promise<void> {
    await api.logout()
    this.#live.connect()
  }

  /** @throws Refused */
  async answerInvite(id: string, answer: 'accept' | 'reject'): Promise<void> {
    replaceIn(this.invites, await (answer === 'accept' ? api.acceptInvite(id) : api.rejectInvite(id)))
  }

  /** The hub tells the status first at each connection. */
  #takeStatus(status: StatusView): void {
    this.status.value = status
    if (!this.inOffice.value) {
      this.invites.value = { state: 'loading' }
      this.projects.value = { state: 'loading' }
    } else if (this.#listsAreStale) {
      this.#listsAreStale = false
      void load(this.invites, api.invites)
      void load(this.projects, api.projects)
    }
  }
}

async function load<T>(list: Signal<Loaded<T>>, read: () => Promise<T[]>): Promise<void> {
  try {
    list.value = { state: 'here', items: await read() }
  } catch (error) {
    list.value = { state: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

function replaceIn<T extends { id: string }>(list: Signal<Loaded<T>>, item: T): void {
  const { value } = list
  if (value.state === 'here') list.value = { state: 'here', items: replaced(value.items, item) }
}

function replaced<T extends { id: string }>(items: readonly T[], item: T): T[] {
  const isKnown = items.some(({ id }) => id === item.id)
  return isKnown ? items.map((known) => (known.id === item.id ? item : known)) : [...items, item]
}
