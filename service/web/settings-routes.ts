import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEM_RESPONSE } from './problem-schema.ts'
import type { SettingsService } from './services.ts'
import { SettingsChangeSchema, SettingsViewSchema } from './settings-schemas.ts'

/** `GET` and `PATCH /api/settings` */
export const settingsRoutes: FastifyPluginAsyncTypebox<{ settings: SettingsService }> = async (
  app,
  { settings }
) => {
  app.get(
    '/api/settings',
    {
      schema: {
        summary: 'What people change while the hub runs',
        tags: ['system'],
        response: { 200: SettingsViewSchema, default: PROBLEM_RESPONSE }
      }
    },
    async () => settings.read()
  )

  app.patch(
    '/api/settings',
    {
      schema: {
        summary: 'Change some of them; what is left out stays as it is',
        tags: ['system'],
        body: SettingsChangeSchema,
        response: { 200: SettingsViewSchema, default: PROBLEM_RESPONSE }
      }
    },
    async (request) => settings.change(request.body)
  )
}
