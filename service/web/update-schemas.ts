import Type from 'typebox'
import { UPDATE_STATES } from '../update-states.ts'
import { CLOSED, Nullable, OneOf } from './schema.ts'
import { ConfirmSchema } from './system-schemas.ts'

export const UpdateSchema = Type.Object({
  available: Type.Boolean({ description: 'Whether this machine is updated through the hub' }),
  running: Type.String({ description: 'The version that runs' }),
  latest: Nullable(
    Type.Object({
      state: OneOf(UPDATE_STATES),
      version: Nullable(Type.String()),
      percent: Type.Integer({ minimum: 0, maximum: 100 }),
      detail: Nullable(Type.String({ description: 'What the machine said, in English' }))
    })
  )
})

/** The software of the machine. `latest` is the update that was tried last; its states are told in `service/update-states.ts`. */
export type UpdateView = Type.Static<typeof UpdateSchema>

export const UpdateBodySchema = Type.Object(
  {
    ...ConfirmSchema.properties,
    file: Type.String({ minLength: 1, maxLength: 255, description: 'Name of the bundle on the shelf' })
  },
  CLOSED
)
