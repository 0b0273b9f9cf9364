import type { Readable } from 'node:stream'
import Type from 'typebox'

/** An answer that is sent as it is read. */
export const StreamSchema = Type.Unsafe<Readable>(Type.String({ format: 'binary' }))
