import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { credentialsOf } from './guard.ts'
import { allowSilence, PASSPHRASE_ROUTE_MS } from './limits.ts'
import type { Office } from './office/office.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { SystemService } from './services.ts'
import {
  BundleQuerySchema,
  ClockBodySchema,
  ConfirmSchema,
  LogLineSchema,
  LogQuerySchema,
  ResetSchema,
  SystemSchema
} from './system-schemas.ts'

const ACCEPTED = { 202: Type.Null({ description: 'It is being done' }), default: PROBLEM_RESPONSE }

/** `GET /api/system`, `…/log`, `…/support-bundle` and `POST /api/system/clock|restart|shutdown|reset` */
export const systemRoutes: FastifyPluginAsyncTypebox<{ system: SystemService; office: Office }> = async (
  app,
  { system, office }
) => {
  app.addHook('preHandler', async (request) => allowSilence(request, PASSPHRASE_ROUTE_MS))

  app.get(
    '/api/system',
    {
      schema: {
        summary: 'How the hub and its machine are',
        tags: ['system'],
        response: { 200: SystemSchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => system.report()
  )

  app.get(
    '/api/system/log',
    {
      schema: {
        summary: 'The latest lines of the log, the newest first',
        tags: ['system'],
        querystring: LogQuerySchema,
        response: { 200: Type.Array(LogLineSchema), default: PROBLEM_RESPONSE }
      }
    },
    async (request) => system.log(request.query)
  )

  app.get(
    '/api/system/support-bundle',
    {
      schema: {
        summary: 'One file for those who help: no keys, no positions, and no names unless they are asked for',
        tags: ['system'],
        querystring: BundleQuerySchema,
        response: {
          200: {
            description: 'JSON, compressed by gzip',
            content: { 'application/gzip': { schema: Type.Unsafe<Buffer>(Type.Any()) } }
          },
          default: PROBLEM_RESPONSE
        }
      }
    },
    async (request, reply) =>
      reply
        .type('application/gzip')
        .header('content-disposition', 'attachment; filename="waystation-support.json.gz"')
        .send(await system.supportBundle(request.query))
  )

  app.post(
    '/api/system/clock',
    {
      schema: {
        summary: 'Set the clock of the machine; answers when it shows the new time',
        tags: ['system'],
        body: ClockBodySchema,
        response: { 200: SystemSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => {
      await system.setClock(Date.parse(request.body.now))
      return system.report()
    }
  )

  for (const [action, summary] of [
    ['restart', 'Stop the hub in order and start it again'],
    ['shutdown', 'Put everything on the card and switch the machine off']
  ] as const) {
    app.post(
      `/api/system/${action}`,
      { schema: { summary, tags: ['system'], body: ConfirmSchema, response: ACCEPTED } },
      async (request, reply) => {
        await office.confirm(credentialsOf(request), request.body.passphrase)
        system.stop(action)
        return reply.code(202).send(null)
      }
    )
  }

  app.post(
    '/api/system/reset',
    {
      schema: {
        summary: 'Delete everything this hub keeps, the keys first; it then starts as a new one',
        tags: ['system'],
        body: ResetSchema,
        response: ACCEPTED
      }
    },
    async (request, reply) => {
      await office.confirm(credentialsOf(request), request.body.passphrase)
      system.reset(request.body.confirmation)
      return reply.code(202).send(null)
    }
  )
}
