import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { ErrorCode } from './errors.ts'
import type { Ending } from './exit-codes.ts'
import type { ServiceManager } from './system/service-manager.ts'

/** How long the safe page stands before the hub is tried again: what was wrong may have been a card that sat loose. */
export const SAFE_MODE_MS = 10 * 60_000

/** `START_FAILED` where nothing more is known. */
export type SafeReason = ErrorCode | 'START_FAILED'

/**
 * Says on the page that and why the hub does not start, and after a while ends, so that it is tried again. A file system that
 * the kernel made read-only stays so until the machine starts anew, and checks it while nobody has it open.
 */
export async function serveSafely(
  { http }: Pick<Config, 'http'>,
  parts: {
    reason: SafeReason
    clock: Clock
    logger: Logger
    manager: Pick<ServiceManager, 'ready' | 'stopping'>
    stopped: Promise<void>
  }
): Promise<Ending> {
  const { reason, clock, logger, manager, stopped } = parts
  const { createSafePage } = await import('./web/safe-page.ts')
  const page = createSafePage({ reason, logger })
  const url = await page.listen({ ...http, listenTextResolver: () => 'listening' })
  logger.fatal({ reason, http: url }, 'safe mode')
  manager.ready(`safe mode: ${reason}`)
  const again: Ending = reason === 'CARD_READ_ONLY' ? 'restart-machine' : 'failed'
  const enough = new Promise<Ending>((resolve) => clock.after(SAFE_MODE_MS, () => resolve(again)))
  const ending = await Promise.race([stopped.then((): Ending => 'stopped'), enough])
  manager.stopping()
  await page.close()
  return ending
}
