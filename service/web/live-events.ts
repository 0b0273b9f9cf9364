import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import type { Clock, Timer } from '../clock.ts'
import { mostCrowded } from '../most-crowded.ts'
import { Resource } from '../resource.ts'
import { EventListener, type LiveEvent } from './event-listener.ts'
import { InviteSchema } from './invite-schemas.ts'
import { LISTENERS_MAX } from './limits.ts'
import type { Credentials, Office } from './office/office.ts'
import { ProjectSchema } from './project-schemas.ts'
import type { ChangeEvents, WebServices } from './services.ts'
import { SessionSchema } from './session-schemas.ts'
import type { StatusReader } from './status-reader.ts'
import { DeviceSchema, StatusSchema, type DeviceView } from './status-schemas.ts'

/** Progress changes with every block; the eye and an old phone's battery do with four pictures a second. */
const GATHER_MS = 250

/** Enough for a browser that lost the Wi-Fi for a minute; one that was away for longer reads everything anew. */
const REMEMBERED_EVENTS = 256

interface Kind {
  name: Exclude<LiveEvent['name'], 'status'>
  schema: TSchema
}

const KINDS = {
  'device-changed': { name: 'device', schema: DeviceSchema },
  'session-changed': { name: 'session', schema: SessionSchema },
  'invite-changed': { name: 'invite', schema: InviteSchema },
  'project-changed': { name: 'project', schema: ProjectSchema }
} as const satisfies Partial<Record<keyof ChangeEvents, Kind>>

type ValueChange = keyof typeof KINDS

export interface LiveEventsParts {
  changes: WebServices['changes']
  status: StatusReader
  office: Office
  clock: Clock
  logger: Logger
}

/**
 * Tells open pages what changes. Changes are gathered for a moment, and of one thing only the last value is sent. Every
 * event has an id; a browser that comes back with the last one it saw is sent what it missed, as far as it is remembered,
 * and in any case the status as it is now.
 */
export class LiveEvents extends Resource {
  readonly #parts: LiveEventsParts
  /** Other than in the last run: an id from before a restart must not match. */
  readonly #run = randomBytes(4).toString('hex')
  readonly #listeners = new Set<EventListener>()
  readonly #remembered: LiveEvent[] = []
  /** By kind and id, in the order of the first change since the last telling. */
  readonly #gathered = new Map<string, { kind: Kind; value: unknown }>()
  #boardChanged = false
  #count = 0
  #timer: Timer | null = null
  #telling: Promise<void> = Promise.resolve()

  constructor(parts: LiveEventsParts) {
    super()
    this.#parts = parts
  }

  protected override async _open() {
    const { changes, office } = this.#parts
    changes.on('board-changed', this.#onBoardChanged)
    changes.on('device-changed', this.#onDeviceChanged)
    changes.on('session-changed', this.#onSessionChanged)
    changes.on('invite-changed', this.#onInviteChanged)
    changes.on('project-changed', this.#onProjectChanged)
    office.on('claimed', this.#onBoardChanged)
    office.on('locked', this.#onBoardChanged)
  }

  protected override async _close() {
    const { changes, office } = this.#parts
    changes.off('board-changed', this.#onBoardChanged)
    changes.off('device-changed', this.#onDeviceChanged)
    changes.off('session-changed', this.#onSessionChanged)
    changes.off('invite-changed', this.#onInviteChanged)
    changes.off('project-changed', this.#onProjectChanged)
    office.off('claimed', this.#onBoardChanged)
    office.off('locked', this.#onBoardChanged)
    this.#timer?.clear()
    await this.#telling
    for (const listener of this.#listeners) listener.end()
  }

  /**
   * Adds one open page. When there are too many, of the address with the most the one that has listened for longest is let go: it may
   * be a phone that left the Wi-Fi without a word, and a page that is still there asks again.
   * @param by.lastEventId the last id that this page saw, or null
   */
  async listen(by: {
    credentials: Credentials
    address: string
    lastEventId: string | null
  }): Promise<EventListener> {
    const { credentials, address, lastEventId } = by
    const { office, clock } = this.#parts
    const listener = new EventListener({ credentials, address, office, clock })
    listener.once('close', () => this.#listeners.delete(listener))
    if (this.#listeners.size >= LISTENERS_MAX) this.#letOneGo()
    for (const event of this.#missedSince(lastEventId)) listener.tell(event)
    // Added before the status is read: a change in between is then told after it and not lost.
    this.#listeners.add(listener)
    try {
      listener.tell(await this.#statusFor(listener))
    } catch (error) {
      listener.destroy()
      throw error
    }
    return listener
  }

  #letOneGo(): void {
    const listeners = [...this.#listeners]
    const crowded = mostCrowded(listeners.map(({ address }) => address))
    listeners.find(({ address }) => address === crowded)?.end()
  }

  #onBoardChanged = () => {
    this.#boardChanged = true
    this.#tellSoon()
  }
  #onDeviceChanged = (...[device]: ChangeEvents['device-changed']) =>
    this.#gather('device-changed', device.id, device)
  #onSessionChanged = (...[session]: ChangeEvents['session-changed']) =>
    this.#gather('session-changed', session.id, session)
  #onInviteChanged = (...[invite]: ChangeEvents['invite-changed']) =>
    this.#gather('invite-changed', invite.id, invite)
  #onProjectChanged = (...[project]: ChangeEvents['project-changed']) =>
    this.#gather('project-changed', project.id, project)

  #gather(change: ValueChange, id: string, value: unknown): void {
    this.#gathered.set(`${change} ${id}`, { kind: KINDS[change], value })
    this.#tellSoon()
  }

  #tellSoon(): void {
    if (this.#timer !== null || this.closing !== null) return
    this.#timer = this.#parts.clock.after(GATHER_MS, () => {
      this.#timer = null
      this.#tellGathered()
    })
  }

  #tellGathered(): void {
    for (const { kind, value } of this.#gathered.values()) this.#tellAll(kind, value)
    this.#gathered.clear()
    if (!this.#boardChanged) return
    this.#boardChanged = false
    // One after the other, so that an older status never follows a newer one.
    this.#telling = this.#telling
      .then(() => this.#tellStatus())
      .catch((err: unknown) => this.#parts.logger.error({ err }, 'telling the status failed'))
  }

  async #tellStatus(): Promise<void> {
    for (const listener of this.#listeners) listener.tell(await this.#statusFor(listener))
  }

  #tellAll(kind: Kind, value: unknown): void {
    const isDevice = kind.name === 'device'
    const event = new ValueEvent(this.#nextId(), {
      name: kind.name,
      json: () => only(kind.schema, value),
      publicJson: isDevice
        ? () => only(kind.schema, this.#parts.status.publicDevice(value as DeviceView))
        : null
    })
    this.#remembered.push(event)
    if (this.#remembered.length > REMEMBERED_EVENTS) this.#remembered.shift()
    for (const listener of this.#listeners) listener.tell(event)
  }

  #missedSince(lastEventId: string | null): LiveEvent[] {
    const [run, count] = lastEventId?.split('-') ?? []
    const [oldest] = this.#remembered
    if (run !== this.#run || oldest === undefined) return []
    return this.#remembered.filter((event) => countOf(event.id) > Number(count))
  }

  async #statusFor(listener: EventListener): Promise<LiveEvent> {
    const status = await this.#parts.status.read(listener.credentials)
    const data = only(StatusSchema, status)
    return { id: this.#lastId(), name: 'status', data, publicData: data }
  }

  #lastId(): string {
    return `${this.#run}-${this.#count}`
  }

  #nextId(): string {
    this.#count += 1
    return this.#lastId()
  }
}

/** What a value was when it changed. Its JSON is made for the first page that is told: most of the time none is open. */
class ValueEvent implements LiveEvent {
  readonly id: string
  readonly name: Kind['name']
  readonly #json: () => string
  readonly #publicJson: (() => string) | null
  #data: string | null = null
  #publicData: string | null = null

  constructor(
    id: string,
    parts: { name: Kind['name']; json: () => string; publicJson: (() => string) | null }
  ) {
    this.id = id
    this.name = parts.name
    this.#json = parts.json
    this.#publicJson = parts.publicJson
  }

  get data(): string {
    return (this.#data ??= this.#json())
  }

  get publicData(): string | null {
    return (this.#publicData ??= this.#publicJson?.() ?? null)
  }
}

function countOf(id: string): number {
  return Number(id.split('-')[1])
}

/** JSON of what the schema names of a value: an event must not tell more than the route of the same name. */
function only(schema: TSchema, value: unknown): string {
  return JSON.stringify(Value.Clean(schema, structuredClone(value)))
}
