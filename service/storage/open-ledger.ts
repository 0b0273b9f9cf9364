import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { generateLedgerKeys, isLedgerKeys, type KeyFile } from './ledger-keys.ts'
import { Ledger } from './ledger.ts'
import type { Store } from './store.ts'

/** Opens the ledger with the keys that are kept for it. One that is damaged gives way to a new one: what it held is lost. */
export async function openLedger(parts: { store: Store; keyFile: KeyFile; logger: Logger }): Promise<Ledger> {
  const { store, keyFile, logger } = parts
  const stored = await keyFile.read()
  const keys = isLedgerKeys(stored) ? stored : generateLedgerKeys()
  if (keys !== stored) await keyFile.write(keys)
  try {
    const ledger = new Ledger({ store, keys })
    await ledger.ready()
    return ledger
  } catch (error) {
    if (!(error instanceof WaystationError && error.code === 'LEDGER_DAMAGED')) throw error
    logger.error({ err: error }, 'the ledger is damaged: its history is lost and a new one is begun')
    await Ledger.discard({ store, keys })
    const ledger = new Ledger({ store, keys })
    await ledger.ready()
    return ledger
  }
}
