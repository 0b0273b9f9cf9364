import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { get, type IncomingMessage } from 'node:http'
import t from 'tap'
import { goOnline, makeCamp } from '../support/camp.ts'

/** SLOW=10000 makes so many connections. */
const CONNECTIONS = Number(process.env['SLOW'] ?? 2_000)
const ADDRESSES = ['127.0.0.66', '127.0.0.67', '127.0.0.68', '127.0.0.69']
/** Each address has so many open, or being opened, at a time: together three times the places of the page. */
const AT_ONCE = 48
/** A byte so often: faster than a socket without one is closed. */
const BYTE_EVERY_MS = 2_000

t.test(
  `${CONNECTIONS} connections that never finish a request do not close the page, nor keep phones waiting`,
  async (t) => {
    const { hub, campers } = await makeCamp(t, ['7.1.0', '7.1.0'], { hub: { built: true } })
    const [ana, ben] = campers
    for (const camper of campers) await goOnline(camper, hub)

    const loris = openSlowly(hub.url)
    t.teardown(() => loris.stop())
    let slowestMs = 0
    let pages = 0
    let photos = 0
    const browse = async () => {
      for (; loris.opened < CONNECTIONS; pages++) {
        const asked = performance.now()
        t.equal(await statusOf(hub.url), 200, 'the page is served')
        slowestMs = Math.max(slowestMs, performance.now() - asked)
      }
    }
    const exchange = async () => {
      for (; loris.opened < CONNECTIONS; photos++) {
        const taken = await ana.project.observe({ photos: 1 })
        await ben.project.waitForVersions([taken])
        await ben.project.waitForPhotos(taken.photos, 'original')
      }
    }
    await Promise.all([browse(), exchange()])
    t.ok(pages > 0 && photos > 0, 'and both went on meanwhile')
    t.comment(
      `${loris.opened} connections, ${pages} pages of which the slowest took ${Math.round(slowestMs)} ms, ${photos} photos`
    )
  }
)

/** Opens one connection after the other from all addresses until it is stopped, and begins a request on each that it never ends. */
function openSlowly(url: string) {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let stopped = false
  let opened = 0
  const holdOne = async (localAddress: string) => {
    while (!stopped) {
      const socket = connect({ host: hostname, port: Number(port), localAddress })
      open.add(socket)
      socket.on('error', () => {}) // let go by the hub, or stopped
      socket.on('connect', () => {
        opened++
        socket.write('GET / HTTP/1.1\r\nx: ')
      })
      const dripping = setInterval(() => socket.write('x'), BYTE_EVERY_MS)
      await new Promise((resolve) => socket.once('close', resolve))
      clearInterval(dripping)
      open.delete(socket)
    }
  }
  const all = Promise.all(
    ADDRESSES.flatMap((address) => Array.from({ length: AT_ONCE }, () => holdOne(address)))
  )
  return {
    get opened() {
      return opened
    },
    stop: async () => {
      stopped = true
      for (const socket of open) socket.destroy()
      await all
    }
  }
}

/** As a browser that opens the page for the first time: 0 when it was hung up on. */
async function statusOf(url: string): Promise<number> {
  const request = get(url, { agent: false })
  const [response] = (await once(request, 'response').catch(() => [null])) as [IncomingMessage | null]
  response?.resume()
  return response?.statusCode ?? 0
}
