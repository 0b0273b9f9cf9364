import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { WaystationError } from '../errors.ts'
import type { Namespace } from '../ids.ts'
import * as pb from './generated/rpc_pb.ts'
import { parseMessage, requireKey, serialiseMessage } from './protobuf.ts'
import { cleanText, MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS } from './text.ts'

/**
 * Longest RPC message that is read. The largest honest one, an invite with a long description, stays far below; every
 * peer on the Wi-Fi may send one before anything is known of it.
 */
export const MAX_RPC_BYTES = 64 * 1024

export type InviteDecision = 'reject' | 'accept' | 'already'
export type PeerDeviceType = 'unspecified' | 'mobile' | 'tablet' | 'desktop'
const FEATURES = ['ack', 'map_share'] as const
export type PeerFeature = (typeof FEATURES)[number]

interface AboutInvite {
  /** 32 bytes */
  inviteId: Buffer
}

/** The messages of the `mapeo/rpc` channel (CoMapeo peer protocol: Invite to ProjectJoinDetailsAck). */
export interface RpcMessages {
  Invite: AboutInvite & {
    /** 32 bytes: names the project to those who hold its key, and tells others nothing. */
    projectInviteId: Buffer
    projectName: string
    roleName?: string
    roleDescription?: string
    invitorName: string
    projectColor?: string
    projectDescription?: string
    sendStats: boolean
    /** The inviter writes the device's name into the project itself. */
    invitorWroteDeviceInfo: boolean
  }
  InviteCancel: AboutInvite
  InviteResponse: AboutInvite & { decision: InviteDecision }
  ProjectJoinDetails: AboutInvite & {
    /** 32 bytes */
    projectKey: Buffer
    /** 32 bytes each */
    encryptionKeys: Record<Namespace, Buffer>
  }
  DeviceInfo: { name: string; deviceType: PeerDeviceType; features: readonly PeerFeature[] }
  InviteAck: AboutInvite
  InviteCancelAck: AboutInvite
  InviteResponseAck: AboutInvite
  ProjectJoinDetailsAck: AboutInvite
}

export type RpcType = keyof RpcMessages

/**
 * The messages by their index in the channel, which must never change. Null is MapShareExtension: sending maps between
 * phones, of no concern to a hub.
 */
export const RPC_TYPES: readonly (RpcType | null)[] = [
  'Invite',
  'InviteCancel',
  'InviteResponse',
  'ProjectJoinDetails',
  'DeviceInfo',
  'InviteAck',
  'InviteCancelAck',
  'InviteResponseAck',
  'ProjectJoinDetailsAck',
  null
]

const DECISION_NUMBERS = {
  reject: pb.InviteResponse_Decision.REJECT,
  accept: pb.InviteResponse_Decision.ACCEPT,
  already: pb.InviteResponse_Decision.ALREADY
} as const satisfies Record<InviteDecision, number>

const DEVICE_TYPE_NUMBERS = {
  unspecified: pb.DeviceInfo_DeviceType.DEVICE_TYPE_UNSPECIFIED,
  mobile: pb.DeviceInfo_DeviceType.MOBILE,
  tablet: pb.DeviceInfo_DeviceType.TABLET,
  desktop: pb.DeviceInfo_DeviceType.DESKTOP
} as const satisfies Record<PeerDeviceType, number>

const FEATURE_NUMBERS = {
  ack: pb.DeviceInfo_Feature.ACK,
  map_share: pb.DeviceInfo_Feature.MAP_SHARE
} as const satisfies Record<PeerFeature, number>

/** How one message goes to bytes and back. */
interface Codec<Message> {
  encode(message: Message): Buffer
  decode(bytes: Uint8Array): Message
}

function codec<Message, Schema extends DescMessage>(
  schema: Schema,
  toFields: (message: Message) => MessageInitShape<Schema>,
  fromFields: (fields: MessageShape<Schema>) => Message
): Codec<Message> {
  return {
    encode: (message) => serialiseMessage(schema, toFields(message)),
    decode: (bytes) => fromFields(parseMessage(schema, bytes, MAX_RPC_BYTES))
  }
}

const aboutInvite = (fields: { inviteId: Uint8Array }): AboutInvite => ({
  inviteId: requireKey(fields.inviteId, 'inviteId')
})

const CODECS: { readonly [T in RpcType]: Codec<RpcMessages[T]> } = {
  Invite: codec(
    pb.InviteSchema,
    (message) => message,
    (fields) => ({
      ...aboutInvite(fields),
      projectInviteId: requireKey(fields.projectInviteId, 'projectInviteId'),
      projectName: requireName(fields.projectName, 'projectName'),
      ...optionalText('roleName', fields.roleName, MAX_NAME_CHARACTERS),
      ...optionalText('roleDescription', fields.roleDescription, MAX_DESCRIPTION_CHARACTERS),
      invitorName: requireName(fields.invitorName, 'invitorName'),
      ...optionalText('projectColor', fields.projectColor, MAX_NAME_CHARACTERS),
      ...optionalText('projectDescription', fields.projectDescription, MAX_DESCRIPTION_CHARACTERS),
      sendStats: fields.sendStats,
      invitorWroteDeviceInfo: fields.invitorWroteDeviceInfo
    })
  ),
  InviteCancel: codec(pb.InviteCancelSchema, (message) => message, aboutInvite),
  InviteResponse: codec(
    pb.InviteResponseSchema,
    ({ inviteId, decision }) => ({ inviteId, decision: DECISION_NUMBERS[decision] }),
    (fields) => ({
      ...aboutInvite(fields),
      // A decision that is unknown or missing cannot be a yes.
      decision: nameOf(DECISION_NUMBERS, fields.decision) ?? 'reject'
    })
  ),
  ProjectJoinDetails: codec(
    pb.ProjectJoinDetailsSchema,
    (message) => message,
    ({ encryptionKeys, ...fields }) => ({
      ...aboutInvite(fields),
      projectKey: requireKey(fields.projectKey, 'projectKey'),
      encryptionKeys: {
        auth: requireKey(encryptionKeys?.auth, 'encryptionKeys.auth'),
        config: requireKey(encryptionKeys?.config, 'encryptionKeys.config'),
        data: requireKey(encryptionKeys?.data, 'encryptionKeys.data'),
        blobIndex: requireKey(encryptionKeys?.blobIndex, 'encryptionKeys.blobIndex'),
        blob: requireKey(encryptionKeys?.blob, 'encryptionKeys.blob')
      }
    })
  ),
  DeviceInfo: codec(
    pb.DeviceInfoSchema,
    ({ name, deviceType, features }) => ({
      name,
      deviceType: DEVICE_TYPE_NUMBERS[deviceType],
      features: features.map((feature) => FEATURE_NUMBERS[feature])
    }),
    (fields) => ({
      name: cleanText(fields.name, MAX_NAME_CHARACTERS),
      deviceType: nameOf(DEVICE_TYPE_NUMBERS, fields.deviceType) ?? 'unspecified',
      // The other way round than the sender's list: features that are unknown or said twice fall away.
      features: FEATURES.filter((feature) => fields.features.includes(FEATURE_NUMBERS[feature]))
    })
  ),
  InviteAck: codec(pb.InviteAckSchema, (message) => message, aboutInvite),
  InviteCancelAck: codec(pb.InviteCancelAckSchema, (message) => message, aboutInvite),
  InviteResponseAck: codec(pb.InviteResponseAckSchema, (message) => message, aboutInvite),
  ProjectJoinDetailsAck: codec(pb.ProjectJoinDetailsAckSchema, (message) => message, aboutInvite)
}

/** Writes one message. Nothing is checked: what the hub says is its own. */
export function encodeRpc<T extends RpcType>(type: T, message: RpcMessages[T]): Buffer {
  return CODECS[type].encode(message)
}

/**
 * Reads one message. Names and descriptions come cleaned and cut, ids and keys with their exact length.
 * @throws WIRE_INVALID when it is too long, not protobuf, or lacks something that the hub needs of it. The protocol asks
 * to drop such a message without an ack and to keep the connection.
 */
export function decodeRpc<T extends RpcType>(type: T, bytes: Uint8Array): RpcMessages[T] {
  return CODECS[type].decode(bytes)
}

function nameOf<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  number: number | undefined
): Name | undefined {
  return (Object.keys(numbers) as Name[]).find((name) => numbers[name] === number)
}

function requireName(text: string, field: string): string {
  const name = cleanText(text, MAX_NAME_CHARACTERS)
  if (name === '') throw new WaystationError('WIRE_INVALID', `${field} is blank`)
  return name
}

function optionalText<Field extends string>(
  field: Field,
  text: string | undefined,
  maxCharacters: number
): { [F in Field]?: string } {
  // The cast only names the one field that the computed key has made.
  return text === undefined ? {} : ({ [field]: cleanText(text, maxCharacters) } as Record<Field, string>)
}
