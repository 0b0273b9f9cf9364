import Type from 'typebox'
import { CLOSED } from './schema.ts'

/** In base64: a third more than the largest backup. */
export const BACKUP_MAX_CHARACTERS = 3 * 1024 * 1024

const PASSPHRASE_MAX_CHARACTERS = 256

const Passphrase = Type.String({ minLength: 1, maxLength: PASSPHRASE_MAX_CHARACTERS })

export const BackupRequestSchema = Type.Object({ passphrase: Passphrase }, CLOSED)

export const RestoreSchema = Type.Object(
  {
    passphrase: Passphrase,
    file: Type.String({
      minLength: 1,
      maxLength: BACKUP_MAX_CHARACTERS,
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      description: 'The backup, in base64'
    })
  },
  CLOSED
)
