import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import t from 'tap'
import { LISTENERS_MAX } from '../../../service/web/limits.ts'
import { aDevice, INVITE, PROJECT, type MemoryHub } from './memory-hub.ts'
import { claim, FROM_PAGE, openApp } from './open-app.ts'

const GATHER_MS = 250
const HEARTBEAT_MS = 20_000

interface SeenEvent {
  id: string
  event: string
  data: unknown
}

/** A browser's EventSource, as far as the wire goes. */
class Page {
  readonly response: IncomingMessage
  readonly comments: string[] = []
  readonly #events: SeenEvent[] = []
  #wake: () => void = () => undefined
  #current: Record<string, string> = {}
  ended = false

  private constructor(response: IncomingMessage) {
    this.response = response
    const lines = createInterface({ input: response })
    lines.on('line', (line) => this.#read(line))
    lines.on('close', () => {
      this.ended = true
      this.#wake()
    })
    response.on('error', () => undefined) // the end is what counts: see ended
  }

  static async open(
    port: number,
    headers: Record<string, string> = FROM_PAGE,
    localAddress = '127.0.0.1'
  ): Promise<Page> {
    const request = get({ host: '127.0.0.1', port, path: '/api/events', headers, localAddress, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return new Page(response)
  }

  /** The next event; waits for it. */
  async next(): Promise<SeenEvent> {
    await this.#until(() => this.#events.length > 0 || this.ended)
    const event = this.#events.shift()
    if (event === undefined) throw new Error('the stream has ended')
    return event
  }

  /** The next event that is not a status: those come also when the board changes beside the case. */
  async nextChange(): Promise<SeenEvent> {
    const event = await this.next()
    return event.event === 'status' ? this.nextChange() : event
  }

  async nextComment(): Promise<void> {
    const before = this.comments.length
    await this.#until(() => this.comments.length > before || this.ended)
  }

  async untilEnded(): Promise<void> {
    await this.#until(() => this.ended)
  }

  get waiting(): number {
    return this.#events.length
  }

  close(): void {
    this.response.destroy()
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  #read(line: string): void {
    if (line.startsWith(':')) {
      this.comments.push(line)
    } else if (line !== '') {
      const [field = '', value = ''] = line.split(/: (.*)/, 2)
      this.#current[field] = value
    } else if (this.#current.event !== undefined) {
      const { id = '', event, data = '' } = this.#current
      this.#events.push({ id, event, data: JSON.parse(data) })
      this.#current = {}
    } else {
      this.#current = {}
    }
    this.#wake()
  }
}

async function openListening(t: Parameters<typeof openApp>[0]) {
  const opened = await openApp(t)
  await opened.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = opened.app.server.address() as AddressInfo
  const pages: Page[] = []
  t.teardown(async () => pages.forEach((page) => page.close()))
  const openPage = async (headers?: Record<string, string>, from?: string) => {
    const page = await Page.open(port, headers, from)
    pages.push(page)
    return page
  }
  return { ...opened, port, openPage }
}

const device = (hub: MemoryHub, name: string) => hub.changes.emit('device-changed', aDevice({ name }))

t.test('a page is told the status at once, and then what changes', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  const page = await openPage()
  t.equal(page.response.headers['content-type'], 'text/event-stream')
  const { event, data } = await page.next()
  t.equal(event, 'status')
  t.match(data, { hub: { name: 'River hub' }, devices: [{ name: 'Ana' }], setup: { claimed: false } })
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  t.match(await page.next(), { event: 'device', data: aDevice({ name: 'Ben' }) })
})

t.test('of one device only the last state of a moment is told', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  for (const name of ['Ben', 'Cora', 'Davi']) device(hub, name)
  clock.move(GATHER_MS)
  t.match(await page.next(), { data: { name: 'Davi' } })
  device(hub, 'Eva')
  clock.move(GATHER_MS)
  t.match(await page.next(), { data: { name: 'Eva' } })
})

t.test('when the board changes the status is told anew', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  hub.devices.length = 0
  hub.changes.emit('board-changed')
  clock.move(GATHER_MS)
  t.match(await page.next(), { event: 'status', data: { devices: [] } })
})

t.test('a claim is told to every page', async (t) => {
  const { app, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  await claim(app)
  clock.move(GATHER_MS)
  t.match(await page.next(), { event: 'status', data: { setup: { claimed: true } } })
})

t.test('invites, sessions and projects are told to open offices alone', async (t) => {
  const { app, hub, clock, openPage } = await openListening(t)
  const office = await openPage(await claim(app))
  const outside = await openPage()
  t.match((await office.next()).data, { office: { projects: [{ id: PROJECT }] } })
  t.notHas((await outside.next()).data, { office: {} })
  hub.changes.emit('invite-changed', { ...hub.pending[0]!, state: 'joined' })
  hub.changes.emit('session-changed', hub.sessionViews[0]!)
  hub.changes.emit('project-changed', hub.project())
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  const told = []
  for (let count = 0; count < 4; count++) told.push(await office.nextChange())
  t.match(told, [
    { event: 'invite', data: { id: INVITE, state: 'joined' } },
    { event: 'session', data: { id: 's1' } },
    { event: 'project', data: { id: PROJECT } },
    { event: 'device' }
  ])
  t.match(await outside.nextChange(), { event: 'device' }, 'nothing came before it')
})

t.test('a hidden name of a device is told to open offices alone', async (t) => {
  const { app, hub, clock, openPage } = await openListening(t)
  hub.settingsNow = { ...hub.settingsNow, board: { showProjectNames: false, showDeviceNames: false } }
  const office = await openPage(await claim(app))
  const outside = await openPage()
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  t.match(await office.nextChange(), { event: 'device', data: { name: 'Ben' } })
  t.match(await outside.nextChange(), { event: 'device', data: { name: null } })
})

t.test('what a part adds beyond the schema is not told', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  hub.changes.emit('device-changed', Object.assign(aDevice(), { address: '10.0.0.7' }))
  clock.move(GATHER_MS)
  t.notHas((await page.next()).data, { address: '10.0.0.7' })
})

t.test('a page that comes back is told what it missed, then the status', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  const { id } = await page.next()
  page.close()
  for (const name of ['Cora', 'Davi']) {
    device(hub, name)
    clock.move(GATHER_MS)
  }
  const back = await openPage({ ...FROM_PAGE, 'last-event-id': id })
  t.match(await back.next(), { event: 'device', data: { name: 'Cora' } })
  t.match(await back.next(), { event: 'device', data: { name: 'Davi' } })
  t.match(await back.next(), { event: 'status' })
})

t.test('a page that comes back with an id of another run is told the status alone', async (t) => {
  const { hub, clock, openPage } = await openListening(t)
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  for (const id of ['00000000-0', 'x', '-', '0-NaN']) {
    const page = await openPage({ ...FROM_PAGE, 'last-event-id': id })
    t.match(await page.next(), { event: 'status' }, id)
  }
})

t.test('who comes back without the office is not told what was for the office', async (t) => {
  const { app, hub, clock, openPage } = await openListening(t)
  const office = await openPage(await claim(app))
  const { id } = await office.next()
  hub.changes.emit('project-changed', hub.project())
  device(hub, 'Ben')
  clock.move(GATHER_MS)
  t.match(await office.nextChange(), { event: 'project' })
  const outside = await openPage({ ...FROM_PAGE, 'last-event-id': id })
  t.match(await outside.next(), { event: 'device' }, 'and not the project before it')
})

t.test('when its session is over an office page is let go before it is told anything', async (t) => {
  const { app, hub, clock, openPage } = await openListening(t)
  const headers = await claim(app)
  const page = await openPage(headers)
  await page.next()
  await app.inject({ method: 'POST', url: '/api/logout', headers })
  hub.changes.emit('project-changed', hub.project())
  clock.move(GATHER_MS)
  await page.untilEnded()
  t.equal(page.waiting, 0)
})

t.test('an open page does not keep its session from ending', async (t) => {
  const { app, clock, openPage } = await openListening(t)
  const page = await openPage(await claim(app))
  await page.next()
  for (let passed = 0; passed < 30 * 60_000; passed += HEARTBEAT_MS) clock.move(HEARTBEAT_MS)
  await page.untilEnded()
  t.ok(page.ended)
})

t.test('a page hears a heartbeat while nothing happens', async (t) => {
  const { clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  const heard = page.nextComment()
  clock.move(HEARTBEAT_MS)
  await heard
  t.same(page.comments, [':'])
})

t.test('a status that cannot be read is told as a problem, and leaves nothing behind', async (t) => {
  const { app, hub, clock, logged } = await openApp(t)
  hub.boardFails = new Error('no board')
  t.equal((await app.inject('/api/events')).statusCode, 500)
  hub.changes.emit('board-changed')
  clock.move(GATHER_MS)
  t.equal(clock.pending, 0)
  t.match(logged, [{ msg: 'request failed', err: { message: 'no board' } }])
  t.equal(logged.length, 1)
})

t.test('one page too many lets the oldest go', async (t) => {
  const { openPage } = await openListening(t)
  const first = await openPage()
  const second = await openPage()
  for (let page = 2; page < LISTENERS_MAX; page++) await openPage()
  t.notOk(first.ended)
  await openPage()
  await first.untilEnded()
  t.notOk(second.ended)
})

t.test(
  'one page too many lets a page of the address with the most go, and not the oldest of all',
  async (t) => {
    const { openPage } = await openListening(t)
    const oldest = await openPage(undefined, '127.0.0.2')
    const greedy = await openPage(undefined, '127.0.0.3')
    for (let page = 2; page < LISTENERS_MAX; page++) await openPage(undefined, '127.0.0.3')
    await openPage(undefined, '127.0.0.4')
    await greedy.untilEnded()
    t.notOk(oldest.ended)
  }
)

t.test('a page that leaves is forgotten', async (t) => {
  const { clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  t.equal(clock.pending, 1, 'its heartbeat')
  page.close()
  // Another page, so that the server has seen the first one leave.
  while (clock.pending > 0) await new Promise((resolve) => setImmediate(resolve))
  t.equal(clock.pending, 0)
})

t.test('a page that takes nothing is let go before it fills the memory', async (t) => {
  const { events, hub, clock, office } = await openApp(t)
  const listener = await events.listen({
    credentials: { session: undefined, bearer: undefined },
    address: '127.0.0.1',
    lastEventId: null
  })
  t.ok(office)
  const name = 'x'.repeat(10_000)
  let told = 0
  while (clock.pending > 0 && told < 1000) {
    hub.changes.emit('device-changed', aDevice({ name }))
    clock.move(GATHER_MS)
    await new Promise((resolve) => setImmediate(resolve))
    told += 1
  }
  t.ok(told < 40, `${told} events of 10 kB`)
  t.ok(listener.readableLength < 300 * 1024)
})

t.test('the app closes while pages are open, and they end', async (t) => {
  const { app, clock, openPage } = await openListening(t)
  const page = await openPage()
  await page.next()
  await app.close()
  await page.untilEnded()
  t.equal(clock.pending, 0)
})
