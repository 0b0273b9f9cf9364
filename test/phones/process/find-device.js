import makeMdns from 'multicast-dns'

const SERVICE = '_comapeo._tcp.local'

/**
 * Browses as the app does through Android: asks for the service, and takes the first answer that says everything. Android
 * resolves instance, port and addresses one after the other; a responder sends them together.
 */
export async function findDevice({ ownAddress }) {
  const mdns = makeMdns({ interface: ownAddress, bind: '0.0.0.0' })
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
      mdns.query(SERVICE, 'PTR')
    })
  } finally {
    mdns.destroy()
  }
}
