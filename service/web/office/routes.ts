import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SESSION_COOKIE } from '../guard.ts'
import { allowSilence, PASSPHRASE_ROUTE_MS } from '../limits.ts'
import { PROBLEM_RESPONSE } from '../problem-schema.ts'
import { CLOSED, OneOf } from '../schema.ts'
import { SEAL_MODES, SealSchema } from '../status-schemas.ts'
import type { Office } from './office.ts'
import { PASSPHRASE_MAX_CHARACTERS } from './passphrase.ts'

const PassphraseSchema = Type.Object(
  { passphrase: Type.String({ minLength: 1, maxLength: PASSPHRASE_MAX_CHARACTERS }) },
  CLOSED
)

const ChangeSchema = Type.Object(
  {
    passphrase: Type.String({ minLength: 1, maxLength: PASSPHRASE_MAX_CHARACTERS }),
    newPassphrase: Type.String({ minLength: 1, maxLength: PASSPHRASE_MAX_CHARACTERS })
  },
  CLOSED
)

const SealChangeSchema = Type.Object(
  { mode: OneOf(SEAL_MODES), passphrase: PassphraseSchema.properties.passphrase },
  CLOSED
)

const EntrySchema = {
  204: Type.Null({ description: 'The session cookie is set' }),
  default: PROBLEM_RESPONSE
}

/** Only the API needs it, no script may read it, and no other site makes the browser send it. */
const COOKIE_OPTIONS = { path: '/api', httpOnly: true, sameSite: 'strict' } as const

/** Whoever came in encrypted never sends it in clear. */
function cookieOptions(reply: FastifyReply) {
  return { ...COOKIE_OPTIONS, secure: reply.request.protocol === 'https' }
}

/** `POST /api/setup`, `/api/login`, `/api/logout`, `/api/lock` and `/api/office/passphrase`, `PATCH /api/seal` */
export const officeRoutes: FastifyPluginAsyncTypebox<{ office: Office }> = async (app, { office }) => {
  app.addHook('preHandler', async (request) => allowSilence(request, PASSPHRASE_ROUTE_MS))

  app.post(
    '/api/setup',
    {
      config: { access: 'public', confidential: true },
      schema: {
        summary: 'Claim the hub: set the passphrase of the office, once',
        tags: ['office'],
        body: PassphraseSchema,
        response: EntrySchema
      }
    },
    async (request, reply) => letIn(reply, await office.claim(request.body.passphrase))
  )

  app.post(
    '/api/login',
    {
      config: { access: 'public', confidential: true },
      schema: {
        summary: 'Open the office with its passphrase',
        tags: ['office'],
        body: PassphraseSchema,
        response: EntrySchema
      }
    },
    async (request, reply) => letIn(reply, await office.login(request.body.passphrase, request.ip))
  )

  app.post(
    '/api/office/passphrase',
    {
      schema: {
        summary: 'Change the passphrase; every other session ends',
        tags: ['office'],
        body: ChangeSchema,
        response: EntrySchema
      }
    },
    async (request, reply) => {
      const { passphrase, newPassphrase } = request.body
      return letIn(reply, await office.changePassphrase(passphrase, newPassphrase))
    }
  )

  app.post(
    '/api/logout',
    {
      config: { access: 'public' },
      schema: {
        summary: 'End the session of this browser',
        tags: ['office'],
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (request, reply) => {
      const session = request.cookies[SESSION_COOKIE]
      if (session !== undefined) office.logout(session)
      return reply.clearCookie(SESSION_COOKIE, cookieOptions(reply)).code(204).send(null)
    }
  )

  app.post(
    '/api/lock',
    {
      schema: {
        summary: 'Lock the hub: forget the keys, and end every session',
        tags: ['office'],
        response: { 204: Type.Null(), default: PROBLEM_RESPONSE }
      }
    },
    async (_request, reply) => {
      await office.lock()
      return reply.clearCookie(SESSION_COOKIE, cookieOptions(reply)).code(204).send(null)
    }
  )

  app.patch(
    '/api/seal',
    {
      schema: {
        summary: 'Seal the hub, or open it to everybody who holds it',
        tags: ['office'],
        body: SealChangeSchema,
        response: { 200: SealSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => {
      await office.setSealMode(request.body.mode, request.body.passphrase)
      return office.seal
    }
  )
}

function letIn(reply: FastifyReply, session: string) {
  return reply.setCookie(SESSION_COOKIE, session, cookieOptions(reply)).code(204).send(null)
}
