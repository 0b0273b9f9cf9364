import type Hypercore from 'hypercore'
import type { Logger } from 'pino'
import {
  decodeDownloadIntent,
  encodeDownloadIntent,
  type DownloadIntent
} from '../wire/download-intent-extension.ts'
import { decodeHave, encodeHave, type Have } from '../wire/have-extension.ts'
import { decodeProjectExtension, encodeProjectExtension } from '../wire/project-extension.ts'

export interface ExtensionHandlers {
  onAuthCoreKeys(keys: readonly Buffer[], peer: Hypercore.Peer): void
  onHave(have: Have, peer: Hypercore.Peer): void
  onDownloadIntent(intent: DownloadIntent, peer: Hypercore.Peer): void
}

/**
 * The three messages that CoMapeo sends beside the blocks, on the channel of the creator core. Register them before that
 * core is attached to anyone: a device's first messages come with its channel.
 */
export class ProjectExtensions {
  readonly #project: Hypercore.Extension
  readonly #have: Hypercore.Extension
  readonly #intent: Hypercore.Extension

  constructor(parts: { creatorCore: Hypercore; handlers: ExtensionHandlers; logger: Logger }) {
    const { creatorCore, handlers, logger } = parts
    // An error thrown here would end the whole connection, and a message that cannot be read is only dropped.
    const register = <T>(
      name: string,
      decode: (bytes: Uint8Array) => T,
      use: (message: T, peer: Hypercore.Peer) => void
    ) =>
      creatorCore.registerExtension(name, {
        encoding: 'binary',
        onmessage: (bytes, peer) => {
          let message: T
          try {
            message = decode(bytes)
          } catch (err) {
            logger.warn({ extension: name, err }, 'unreadable message dropped')
            return
          }
          use(message, peer)
        }
      })
    this.#project = register('mapeo/project', decodeProjectExtension, (keys, peer) =>
      handlers.onAuthCoreKeys(keys, peer)
    )
    this.#have = register('mapeo/have', decodeHave, (have, peer) => handlers.onHave(have, peer))
    this.#intent = register('mapeo/download-intent', decodeDownloadIntent, (intent, peer) =>
      handlers.onDownloadIntent(intent, peer)
    )
  }

  sendAuthCoreKeys(keys: readonly Buffer[], peer: Hypercore.Peer): void {
    this.#project.send(encodeProjectExtension(keys), peer)
  }

  sendHave(have: Have, peer: Hypercore.Peer): void {
    this.#have.send(encodeHave(have), peer)
  }

  sendDownloadIntent(intent: DownloadIntent, peer: Hypercore.Peer): void {
    this.#intent.send(encodeDownloadIntent(intent), peer)
  }
}
