// One end of a bare copy, told which by its arguments: `source DIRECTORY BLOCKS BLOCK_BYTES` writes a core and serves it to
// whoever dials, `copy DIRECTORY PORT KEY BLOCKS` waits for 'go', dials, takes all blocks and says 'done'. Nothing but the libraries that
// the hub stands on too.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'
import Hypercore from 'hypercore'
import HypercoreStorage from 'hypercore-storage'
import { KeyManager } from '@mapeo/crypto'
import Protomux from 'protomux'

/** Messages of a source and a copy. */
export type FloorMessage = { is: 'serving'; port: number; key: string } | { is: 'ready' } | { is: 'done' }

const [role, directory = '', ...rest] = process.argv.slice(2)
if (role === 'source') await serve(Number(rest[0]), Number(rest[1]))
else await copy(Number(rest[0]), Buffer.from(rest[1] ?? '', 'hex'), Number(rest[2]))

async function serve(blocks: number, blockBytes: number): Promise<void> {
  const keyPair = keys().getHypercoreKeypair('data', randomBytes(32))
  const core = new Hypercore(new HypercoreStorage(directory), keyPair.publicKey, { compat: true, keyPair })
  await core.ready()
  const server = createServer((socket) => replicate(core, socket, false)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  for (let n = 0; n < blocks; n += 100) {
    await core.append(Array.from({ length: Math.min(100, blocks - n) }, () => randomBytes(blockBytes)))
  }
  tell({ is: 'serving', port: (server.address() as AddressInfo).port, key: core.key.toString('hex') })
}

async function copy(port: number, key: Buffer, blocks: number): Promise<void> {
  const core = new Hypercore(new HypercoreStorage(directory), key, { compat: true })
  await core.ready()
  tell({ is: 'ready' })
  await once(process, 'message')
  replicate(core, connect({ port, host: '127.0.0.1' }), true)
  await core.download({ start: 0, end: blocks }).done()
  if (core.contiguousLength !== blocks) throw new Error(`${core.contiguousLength} of ${blocks} blocks came`)
  tell({ is: 'done' })
}

function replicate(core: Hypercore, socket: Socket, isInitiator: boolean): void {
  socket.setNoDelay(true)
  const stream = new SecretStream(isInitiator, socket, { keyPair: keys().getIdentityKeypair() })
  // The other end is killed when the copy is done.
  stream.on('error', () => {})
  void stream.opened.then(() => core.replicate(new Protomux(stream)))
}

function keys(): KeyManager {
  return new KeyManager(KeyManager.generateRootKey())
}

function tell(message: FloorMessage): void {
  process.send?.(message)
}
