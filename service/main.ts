#!/usr/bin/env node
import { pino, type Logger } from 'pino'
import { runCommandLine } from './cli/program.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { WaystationError } from './errors.ts'
import { finishRestore } from './backup/restore.ts'
import { EXIT_CODES, type StopRequest } from './exit-codes.ts'
import { serveSafely, type SafeReason } from './safe-mode.ts'
import { isReadOnly } from './storage/damage.ts'
import { finishReset, resetEverything } from './system/factory-reset.ts'
import { suitEngineToHub } from './system/javascript-engine.ts'
import { LogBuffer } from './system/log-buffer.ts'
import { MachineReports } from './system/machine-reports.ts'
import { ServiceManager } from './system/service-manager.ts'
import { StartCounter } from './system/start-counter.ts'

process.exit(
  await runCommandLine(process.argv.slice(2), {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    serve
  })
)

/** @returns the exit code: see EXIT_CODES */
async function serve(config: Config): Promise<number> {
  suitEngineToHub()
  const log = new LogBuffer()
  // Synchronous: the last line before an exit is the one that matters.
  const logger = pino({ base: null }, pino.multistream([pino.destination({ sync: true }), log]))
  const stopped = stopSignal(logger)
  const starts = new StartCounter({ directory: config.data, clock: systemClock })
  exitOnUncaught(logger, starts)

  const manager = ServiceManager.of(process.env, { clock: systemClock, logger })
  const inSafeMode = async (reason: SafeReason) =>
    EXIT_CODES[await serveSafely(config, { reason, clock: systemClock, logger, manager, stopped })]
  if (await isCardDamaged(config)) return inSafeMode('CARD_DAMAGED')
  const beginning = await starts.begin()
  if (beginning === 'safe-mode') return inSafeMode('START_FAILED')

  // Loaded here and not above: the other commands do without the engine and its native parts.
  const { Hub } = await import('./hub.ts')
  const hub = new Hub({ config, logger, log, clock: systemClock })
  const requested = new Promise<StopRequest>((resolve) => hub.once('stop-requested', resolve))
  try {
    if (await finishReset(config.data)) logger.warn('a reset that was interrupted is finished')
    if (await finishRestore(config.data))
      logger.warn('this hub is another one now: it was restored from a backup')
    // A signal may come before the hub is open; close() then waits for the opening to end.
    await Promise.race([hub.ready(), stopped])
    if (hub.opened) {
      await starts.opened()
      logger.info(hub.address, 'ready')
      manager.ready(hub.address.http)
    }
  } catch (error) {
    logger.fatal({ err: error }, 'the hub did not start')
    if (isLocked(error)) await starts.withdraw()
    // Starts that cannot be counted would go round for ever.
    if (beginning !== 'unwritable' || isLocked(error)) throw error
    if (isReadOnly(error)) return inSafeMode('CARD_READ_ONLY')
    return inSafeMode(error instanceof WaystationError ? error.code : 'START_FAILED')
  }
  const request = await Promise.race([stopped, requested])
  if (request !== undefined) logger.info({ request }, 'stopping')
  manager.stopping()
  await hub.close()
  if (request === 'reset') await resetEverything(config.data)
  logger.info('stopped')
  return EXIT_CODES[request ?? 'stopped']
}

/** Nothing is begun anew beside what could not be read: it would be another device, and hide that the first one is there. */
async function isCardDamaged({ reports }: Config): Promise<boolean> {
  return reports !== null && (await new MachineReports({ directory: reports }).cardState()) === 'damaged'
}

/** The one cause that has nothing to do with this hub's card: another one runs. */
function isLocked(error: unknown): boolean {
  return error instanceof WaystationError && error.code === 'STORE_LOCKED'
}

/** Resolves at the first SIGINT or SIGTERM. The second ends the process at once. */
function stopSignal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
      if (asked) process.exit(1)
      asked = true
      logger.info({ signal }, 'stopping')
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

/** After an error that nobody caught the state is unknown. The supervisor starts a new hub from what is on the card. */
function exitOnUncaught(logger: Logger, starts: StartCounter): void {
  const exit = (err: unknown, msg: string) => {
    logger.fatal({ err }, msg)
    starts.crashed()
    process.exit(EXIT_CODES.failed)
  }
  process.on('uncaughtException', (error) => exit(error, 'uncaught error'))
  process.on('unhandledRejection', (reason) => exit(reason, 'unhandled rejection'))
}
