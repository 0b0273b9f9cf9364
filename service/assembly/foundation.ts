import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { StopRequest } from '../exit-codes.ts'
import type { OpenedParts } from '../resource.ts'
import type { LogBuffer } from '../system/log-buffer.ts'

/** What every stage of the start builds on. */
export interface Foundation {
  readonly config: Config
  readonly clock: Clock
  /** Closed in reverse when the hub stops. */
  readonly parts: OpenedParts
  readonly loggerOf: (part: string) => Logger
  /** The end of what is logged. */
  readonly log: LogBuffer
  /** ISO 8601. */
  readonly startedAt: string
  readonly requestStop: (request: StopRequest) => void
}
