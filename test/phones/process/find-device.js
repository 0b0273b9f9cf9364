import makeMdns from 'multicast-dns'

const SERVICE = '_comapeo._tcp.local'
// A question that is lost in the air is asked again (RFC 6762 section 5.2).
const ASK_AGAIN_MS = 1_000

/**
 * Browses as the app does through Android: asks for the service, and takes the first answer that says everything. Android
 * resolves instance, port and addresses one after the other; a responder sends them together.
 */
export async function findDevice({ ownAddress }) {
  const mdns = makeMdns({ interface: ownAddress, bind: '0.0.0.0' })
  let asking
  try {
    return await new Promise((resolve, reject) => {
      mdns.on('error', reject)
      mdns.on('response', ({ answers, additionals }) => {
        // A record with no time to live is a goodbye.
        const records = [...answers, ...additionals].filter(({ ttl }) => ttl > 0)
        const instance = records.find(({ type, name }) => type === 'PTR' && name === SERVICE)?.data
        const service = records.find(({ type, name }) => type === 'SRV' && name === instance)?.data
        if (service === undefined) return
        const addresses = records
          .filter(({ type, name }) => (type === 'A' || type === 'AAAA') && name === service.target)
          .map(({ data }) => data)
        if (addresses.length === 0) return
        resolve({ name: instance.slice(0, -SERVICE.length - 1), port: service.port, addresses })
      })
      const ask = () => mdns.query(SERVICE, 'PTR')
      ask()
      asking = setInterval(ask, ASK_AGAIN_MS)
    })
  } finally {
    clearInterval(asking)
    mdns.destroy()
  }
}
