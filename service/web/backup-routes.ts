import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { WaystationError } from '../errors.ts'
import { BACKUP_MAX_CHARACTERS, BackupRequestSchema, RestoreSchema } from './backup-schemas.ts'
import { credentialsOf } from './guard.ts'
import { allowSilence, PASSPHRASE_ROUTE_MS } from './limits.ts'
import type { Office } from './office/office.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { BackupService } from './services.ts'

/** The file, and the passphrase around it. */
const RESTORE_BODY_BYTES = BACKUP_MAX_CHARACTERS + 4096

/** `POST /api/system/backup` and, on a hub that nobody has set up, `POST /api/setup/restore` */
export const backupRoutes: FastifyPluginAsyncTypebox<{ backup: BackupService; office: Office }> = async (
  app,
  { backup, office }
) => {
  app.addHook('preHandler', async (request) => allowSilence(request, PASSPHRASE_ROUTE_MS))

  app.post(
    '/api/system/backup',
    {
      schema: {
        summary: 'The keys of this hub in one file, under the passphrase of the office',
        tags: ['system'],
        body: BackupRequestSchema,
        response: {
          200: {
            description: 'The file',
            content: { 'application/octet-stream': { schema: Type.Unsafe<Buffer>(Type.Any()) } }
          },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) => {
      const { passphrase } = request.body
      await office.confirm(credentialsOf(request), passphrase)
      const { fileName, bytes } = await backup.make(passphrase)
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .send(bytes)
    }
  )

  app.post(
    '/api/setup/restore',
    {
      config: { access: 'public', confidential: true },
      bodyLimit: RESTORE_BODY_BYTES,
      schema: {
        summary: 'Make a hub that nobody has set up the one of a backup; it then starts again',
        tags: ['office'],
        body: RestoreSchema,
        response: { 202: Type.Null({ description: 'It is being done' }), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      if (office.claimed) throw new WaystationError('ALREADY_CLAIMED')
      const { file, passphrase } = request.body
      await backup.restore(Buffer.from(file, 'base64'), passphrase)
      return reply.code(202).send(null)
    }
  )
}
