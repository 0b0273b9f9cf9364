import Type, { type Static } from 'typebox'

const CLOSED = { additionalProperties: false }

/** What the hub may use a way out for, and which. A cable is used when it is plugged in. */
export const UplinkSettingsSchema = Type.Object(
  {
    wifi: Type.Union(
      [
        Type.Object(
          {
            ssid: Type.String({
              pattern: '^[^\\x00-\\x1f\\x7f]{1,32}$',
              description: 'Name of the Wi-Fi to join'
            }),
            passphrase: Type.Union([Type.String({ pattern: '^[\\x20-\\x7e]{8,63}$' }), Type.Null()], {
              description: 'Null for a Wi-Fi that asks for none'
            })
          },
          CLOSED
        ),
        Type.Null()
      ],
      { description: "Somebody else's Wi-Fi that a second radio of the hub joins; null joins none" }
    ),
    clock: Type.Boolean({ description: 'Whether the clock is set by time servers when there is a way out' })
  },
  CLOSED
)
export type UplinkSettings = Static<typeof UplinkSettingsSchema>
export type UplinkWifi = NonNullable<UplinkSettings['wifi']>

export const NO_UPLINK: UplinkSettings = { wifi: null, clock: false }
