import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { mostCrowded } from '../most-crowded.ts'
import { PLACES_OF_ONE_ADDRESS, SOCKETS_MAX } from './limits.ts'

interface Place {
  readonly socket: Socket
  readonly address: string
  /** Requests that are being answered: whoever has sent no whole head of one is at rest. */
  answering: number
}

/**
 * Keeps room for people on a server of the page. When all places are taken, whoever comes gets that of a socket at rest: sockets that
 * are opened and say nothing, or a byte now and then ("slow loris"), keep nobody out. An address with more than its part gives way
 * first, also while it is answered, and one with all of its part takes places from itself alone.
 */
export function keepPlaces(server: Server): void {
  // Under TLS a request comes by another socket than the connection did, from the same end. That which has been at rest for
  // longest is first.
  const places = new Map<string, Place>()

  function makeRoomFor(address: string): boolean {
    if (places.size < SOCKETS_MAX) return true
    const leaving = whoGivesWayTo(address, [...places.values()])
    if (leaving === undefined) return false
    places.delete(endOf(leaving.socket))
    leaving.socket.destroy()
    return true
  }

  server.on('connection', (socket: Socket) => {
    const end = endOf(socket)
    const address = socket.remoteAddress ?? ''
    if (!makeRoomFor(address)) return void socket.destroy()
    const place = { socket, address, answering: 0 }
    places.set(end, place)
    socket.once('close', () => {
      if (places.get(end) === place) places.delete(end)
    })
  })
  server.on('request', ({ socket }, response) => {
    const end = endOf(socket)
    const place = places.get(end)
    if (place === undefined) return
    place.answering++
    response.once('close', () => {
      place.answering--
      if (places.delete(end)) places.set(end, place)
    })
  })
}

/** @param places all that are taken: that which has been at rest for longest is first */
function whoGivesWayTo(address: string, places: readonly Place[]): Place | undefined {
  const own = of(address, places)
  if (own.length >= PLACES_OF_ONE_ADDRESS) return atRest(own)[0]
  const most = mostOf(places)
  if (most.length > PLACES_OF_ONE_ADDRESS) return atRest(most)[0] ?? most[0]
  // Somebody who has just come is at rest, too, until the head of the request is here: who has more such sockets goes first.
  return mostOf(atRest(places))[0] ?? most[0]
}

function of(address: string, places: readonly Place[]): Place[] {
  return places.filter((place) => place.address === address)
}

function atRest(places: readonly Place[]): Place[] {
  return places.filter(({ answering }) => answering === 0)
}

/** Those of the address that has most of them. */
function mostOf(places: readonly Place[]): Place[] {
  const crowded = mostCrowded(places.map(({ address }) => address))
  return crowded === null ? [] : of(crowded, places)
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
