import Type from 'typebox'
import { CLOSED, CountSchema } from './schema.ts'
import { ConfirmSchema } from './system-schemas.ts'

const OnlyCopiesSchema = Type.Object({
  documents: CountSchema,
  photos: CountSchema
})

export const LeavingSchema = Type.Object({
  name: Type.String({ description: 'To be typed as the confirmation' }),
  onlyHere: OnlyCopiesSchema
})

/** What would be lost if the hub left a project now: `onlyHere` is what nobody else is known to hold. */
export type LeavingView = Type.Static<typeof LeavingSchema>

export const LeaveSchema = Type.Object(
  {
    ...ConfirmSchema.properties,
    confirmation: Type.String({ maxLength: 512, description: 'The name of the project' }),
    losing: Type.Object(OnlyCopiesSchema.properties, {
      ...CLOSED,
      description: 'How much may be lost of what nobody else is known to hold'
    })
  },
  CLOSED
)
