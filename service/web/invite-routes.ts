import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import {
  InviteParamsSchema,
  InvitePolicyChangeSchema,
  InvitePolicySchema,
  InviteSchema
} from './invite-schemas.ts'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { InviteService } from './services.ts'

/** `GET /api/invites`, `GET` and `PUT /api/invites/policy`, `POST /api/invites/{id}/accept|reject` */
export const inviteRoutes: FastifyPluginAsyncTypebox<{ invites: InviteService }> = async (
  app,
  { invites }
) => {
  app.get(
    '/api/invites',
    {
      schema: {
        summary: 'Invites into projects, the newest first',
        tags: ['invites'],
        response: { 200: Type.Array(InviteSchema), default: PROBLEM_RESPONSE }
      }
    },
    async () => invites.list()
  )

  app.get(
    '/api/invites/policy',
    {
      schema: {
        summary: 'Who may invite the hub, and whether a person is asked',
        tags: ['invites'],
        response: { 200: InvitePolicySchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => invites.policy()
  )

  app.put(
    '/api/invites/policy',
    {
      schema: {
        summary: 'Let anybody invite the hub for ten minutes (`ask`, `accept`), or close again',
        tags: ['invites'],
        body: InvitePolicyChangeSchema,
        response: { 200: InvitePolicySchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => invites.setPolicy(request.body.policy)
  )

  app.post(
    '/api/invites/:id/accept',
    {
      schema: {
        summary: 'Join the project; `invite` events tell how the joining ends',
        tags: ['invites'],
        params: InviteParamsSchema,
        response: { 200: InviteSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => invites.accept(request.params.id)
  )

  app.post(
    '/api/invites/:id/reject',
    {
      schema: {
        summary: 'Decline the invite',
        tags: ['invites'],
        params: InviteParamsSchema,
        response: { 200: InviteSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => invites.reject(request.params.id)
  )
}
