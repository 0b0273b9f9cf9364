#!/usr/bin/env node
import { pino, type Logger } from 'pino'
import { runCommandLine } from './cli/program.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { EXIT_CODES, type StopRequest } from './exit-codes.ts'
import { finishReset, resetEverything } from './system/factory-reset.ts'
import { LogBuffer } from './system/log-buffer.ts'

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
  const log = new LogBuffer()
  // Synchronous: the last line before an exit is the one that matters.
  const logger = pino({ base: null }, pino.multistream([pino.destination({ sync: true }), log]))
  const stopped = stopSignal(logger)
  exitOnUncaught(logger)

  // Loaded here and not above: the other commands do without the engine and its native parts.
  const { Hub } = await import('./hub.ts')
  if (await finishReset(config.data)) logger.warn('a reset that was interrupted is finished')
  const hub = new Hub({ config, logger, log, clock: systemClock })
  const requested = new Promise<StopRequest>((resolve) => hub.once('stop-requested', resolve))
  try {
    // A signal may come before the hub is open; close() then waits for the opening to end.
    await Promise.race([hub.ready(), stopped])
    if (hub.opened) logger.info(hub.address, 'ready')
  } catch (error) {
    logger.fatal({ err: error }, 'the hub did not start')
    throw error
  }
  const request = await Promise.race([stopped, requested])
  if (request !== undefined) logger.info({ request }, 'stopping')
  await hub.close()
  if (request === 'reset') await resetEverything(config.data)
  logger.info('stopped')
  return EXIT_CODES[request ?? 'stopped']
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
function exitOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught error')
    process.exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    logger.fatal({ err: reason }, 'unhandled rejection')
    process.exit(1)
  })
}
