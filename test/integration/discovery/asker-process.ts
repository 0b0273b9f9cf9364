// Another multicast DNS implementation (multicast-dns) on the interface whose address is given: sends each query that it reads
// as a JSON line and prints all that it hears. With `legacy` it asks from a port of its own instead, as old resolvers do.
import { createSocket } from 'node:dgram'
import { createInterface } from 'node:readline'
import { decode, encode, type Packet } from 'dns-packet'
import multicastDns from 'multicast-dns'

interface Command {
  readonly query: Packet
  readonly legacy?: boolean
}

const address = process.argv[2] ?? ''
const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)

const peers = multicastDns({ interface: address, bind: '0.0.0.0', loopback: false })
peers.on('response', (packet, from) => print({ heard: 'response', from: from.address, packet }))
peers.on('query', (packet, from) => print({ heard: 'query', from: from.address, packet }))

const legacy = createSocket('udp4')
legacy.on('message', (bytes, from) => print({ heard: 'legacy', from: from.address, packet: decode(bytes) }))
legacy.bind(0, address, () => legacy.setMulticastInterface(address))

peers.on('ready', () => print({ heard: 'ready' }))
createInterface({ input: process.stdin }).on('line', (line) => {
  // Written by the test beside this file.
  const command = JSON.parse(line) as Command
  if (command.legacy === true) legacy.send(encode({ type: 'query', ...command.query }), 5353, '224.0.0.251')
  else peers.query(command.query as Parameters<typeof peers.query>[0])
})
