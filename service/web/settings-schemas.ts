import Type from 'typebox'
import { CLOSED } from './schema.ts'

const HubSettingsSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    language: Type.String({
      maxLength: 35,
      description: 'BCP 47, for browsers that ask for none that there is'
    })
  },
  CLOSED
)

const BoardSettingsSchema = Type.Object(
  { showProjectNames: Type.Boolean(), showDeviceNames: Type.Boolean() },
  CLOSED
)

export const SettingsViewSchema = Type.Object({
  hub: HubSettingsSchema,
  board: BoardSettingsSchema,
  fixed: Type.Array(Type.String(), {
    description: 'What the configuration of the run decides, as section.name: it cannot be changed here'
  })
})

/** What people change while the hub runs, as it is now. */
export type SettingsView = Type.Static<typeof SettingsViewSchema>

export const SettingsChangeSchema = Type.Partial(
  Type.Object({
    hub: Type.Partial(HubSettingsSchema, CLOSED),
    board: Type.Partial(BoardSettingsSchema, CLOSED)
  }),
  CLOSED
)

/** What is left out stays as it is. */
export type SettingsChange = Type.Static<typeof SettingsChangeSchema>
