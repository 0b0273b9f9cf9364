// What answers at an address, asked as any program may ask, also over IPv6: `probe.js ADDRESS TCP_PORTS UDP_PORTS`.
// Prints a line for each port: `open` when it answers, `refused` when it is told not to try, `silent` when nothing comes back.
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'

const WAIT_MS = 6_000
const UDP_TRIES = 3
/** What a machine is told by the other side; everything else that goes wrong is its own affair, and no answer. */
const REFUSALS = ['ECONNREFUSED', 'ECONNRESET', 'EACCES', 'EHOSTUNREACH']
/** A question for waystation.lan: name servers answer only what they understand, and the rest of what listens answers all. */
const QUESTION = Buffer.from('\0\x01\x01\0\0\x01\0\0\0\0\0\0\x0awaystation\x03lan\0\0\x01\0\x01', 'latin1')

const [address, tcpPorts, udpPorts] = process.argv.slice(2)

function refusal(error) {
  if (!REFUSALS.includes(error.code)) throw error
  return 'refused'
}

function tcp(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const end = (state) => {
      socket.destroy()
      resolve(`${port}/tcp ${state}`)
    }
    socket.setTimeout(WAIT_MS, () => end('silent'))
    socket.once('connect', () => end('open'))
    socket.once('error', (error) => end(refusal(error)))
  })
}

function udp(port) {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    let timer
    const end = (state) => {
      clearInterval(timer)
      socket.close()
      resolve(`${port}/udp ${state}`)
    }
    socket.once('message', () => end('open'))
    socket.once('error', (error) => end(refusal(error)))
    // Only a socket that is connected is told of a refusal.
    socket.connect(port, address, (error) => {
      if (error) throw error
      let tries = 0
      const ask = () => (tries++ < UDP_TRIES ? socket.send(QUESTION) : end('silent'))
      ask()
      timer = setInterval(ask, WAIT_MS / UDP_TRIES)
    })
  })
}

for (const line of await Promise.all([...tcpPorts.split(',').map(tcp), ...udpPorts.split(',').map(udp)])) {
  console.log(line)
}
