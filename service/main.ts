#!/usr/bin/env node
import { pino, type Logger } from 'pino'
import { runCommandLine } from './cli/program.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'

process.exit(
  await runCommandLine(process.argv.slice(2), {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    serve
  })
)

async function serve(config: Config): Promise<void> {
  // Synchronous: the last line before an exit is the one that matters.
  const logger = pino({ base: null }, pino.destination({ sync: true }))
  const stopped = stopSignal(logger)
  exitOnUncaught(logger)

  // Loaded here and not above: the other commands do without the engine and its native parts.
  const { Hub } = await import('./hub.ts')
  const hub = new Hub({ config, logger, clock: systemClock })
  try {
    // A signal may come before the hub is open; close() then waits for the opening to end.
    await Promise.race([hub.ready(), stopped])
    if (hub.opened) logger.info(hub.address, 'ready')
    await stopped
  } catch (error) {
    logger.fatal({ err: error }, 'the hub did not start')
    throw error
  }
  await hub.close()
  logger.info('stopped')
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
