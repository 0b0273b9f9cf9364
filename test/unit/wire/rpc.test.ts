import { create, toBinary } from '@bufbuild/protobuf'
import t from 'tap'
import {
  DeviceInfoSchema,
  InviteCancelSchema,
  InviteResponseSchema,
  InviteSchema,
  ProjectJoinDetailsSchema
} from '../../../service/wire/generated/rpc_pb.ts'
import { decodeRpc, encodeRpc, MAX_RPC_BYTES, RPC_TYPES } from '../../../service/wire/rpc.ts'

const INVALID = { code: 'WIRE_INVALID' }
const key = (byte: number, length = 32) => Buffer.alloc(length, byte)
const invite = {
  inviteId: key(1),
  projectInviteId: key(2),
  projectName: 'Bosque',
  invitorName: 'Ana',
  sendStats: false,
  invitorWroteDeviceInfo: true
}
const encryptionKeys = { auth: key(1), config: key(2), data: key(3), blobIndex: key(4), blob: key(5) }

t.test('messages have the indexes of the protocol, and the tenth is none of ours', (t) => {
  t.same(RPC_TYPES, [
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
  ])
  t.end()
})

t.test('join details carry the data key before the config key', (t) => {
  const bytes = encodeRpc('ProjectJoinDetails', { inviteId: key(8), projectKey: key(9), encryptionKeys })
  // Field 3 of the message holds fields 1 to 5: auth, data, config, blobIndex, blob.
  const keys = bytes.subarray(2 * 34 + 3)
  t.same(
    [0, 1, 2, 3, 4].map((field) => [(keys[field * 34] ?? 0) >> 3, keys[field * 34 + 2]]),
    [
      [1, 1],
      [2, 3],
      [3, 2],
      [4, 4],
      [5, 5]
    ]
  )
  t.same(decodeRpc('ProjectJoinDetails', bytes).encryptionKeys, encryptionKeys)
  t.end()
})

t.test('join details without one of the five keys, or with a key of another length, are refused', (t) => {
  const written = (fields: object) =>
    toBinary(ProjectJoinDetailsSchema, create(ProjectJoinDetailsSchema, fields))
  const details = { inviteId: key(8), projectKey: key(9), encryptionKeys }
  t.doesNotThrow(() => decodeRpc('ProjectJoinDetails', written(details)))
  for (const namespace of ['auth', 'config', 'data', 'blobIndex', 'blob']) {
    for (const wrong of [undefined, key(1, 31), key(1, 33)]) {
      const keys = Object.fromEntries(
        Object.entries({ ...encryptionKeys, [namespace]: wrong }).filter(([, value]) => value)
      )
      t.throws(
        () => decodeRpc('ProjectJoinDetails', written({ ...details, encryptionKeys: keys })),
        INVALID,
        namespace
      )
    }
  }
  t.throws(() => decodeRpc('ProjectJoinDetails', written({ ...details, projectKey: key(9, 31) })), INVALID)
  t.throws(() => decodeRpc('ProjectJoinDetails', written({ inviteId: key(8), projectKey: key(9) })), INVALID)
  t.end()
})

t.test('ids of invites have exactly 32 bytes', (t) => {
  for (const length of [0, 31, 33, 64]) {
    const bytes = toBinary(InviteCancelSchema, create(InviteCancelSchema, { inviteId: key(1, length) }))
    t.throws(() => decodeRpc('InviteCancel', bytes), INVALID, `${length} bytes`)
    const invalid = toBinary(
      InviteSchema,
      create(InviteSchema, { ...invite, projectInviteId: key(2, length) })
    )
    t.throws(() => decodeRpc('Invite', invalid), INVALID, `project, ${length} bytes`)
  }
  t.end()
})

t.test('an invite names its project and its sender', (t) => {
  for (const blank of [{ projectName: ' \n' }, { invitorName: '' }, { projectName: '\u0000' }]) {
    t.throws(() => decodeRpc('Invite', encodeRpc('Invite', { ...invite, ...blank })), INVALID)
  }
  t.end()
})

t.test('names and descriptions come cleaned and cut, absent ones stay absent', (t) => {
  const decoded = decodeRpc(
    'Invite',
    encodeRpc('Invite', { ...invite, projectName: 'Río\u0007\nNegro', projectDescription: 'x'.repeat(5000) })
  )
  t.equal(decoded.projectName, 'Río Negro')
  t.equal(decoded.projectDescription?.length, 4096)
  t.notOk('roleName' in decoded)
  t.equal(
    decodeRpc(
      'DeviceInfo',
      encodeRpc('DeviceInfo', { name: 'x'.repeat(300), deviceType: 'mobile', features: [] })
    ).name.length,
    256
  )
  t.end()
})

t.test('only a clear yes is an acceptance', (t) => {
  const decided = (decision: number) =>
    decodeRpc(
      'InviteResponse',
      toBinary(
        InviteResponseSchema,
        create(InviteResponseSchema, { inviteId: key(1), decision: decision as 0 })
      )
    ).decision
  t.same([0, 1, 2, 3, 4, 99].map(decided), ['reject', 'reject', 'accept', 'already', 'reject', 'reject'])
  t.end()
})

t.test('device types and features that are not known fall away', (t) => {
  const bytes = toBinary(
    DeviceInfoSchema,
    create(DeviceInfoSchema, { name: 'A', deviceType: 9 as 0, features: [2, 0, 7, 2, 1, 2] as 0[] })
  )
  t.same(decodeRpc('DeviceInfo', bytes), {
    name: 'A',
    deviceType: 'unspecified',
    features: ['ack', 'map_share']
  })
  t.end()
})

t.test('a message over 64 KiB is refused unread', (t) => {
  const padded = (length: number) => {
    const message = encodeRpc('InviteCancel', { inviteId: key(1) })
    // An unknown field that fills the rest: number 15, its tag and length take four bytes.
    const rest = length - message.length - 4
    const padding = Buffer.from([0x7a, (rest & 0x7f) | 0x80, ((rest >> 7) & 0x7f) | 0x80, rest >> 14])
    return Buffer.concat([message, padding, Buffer.alloc(rest)])
  }
  t.equal(padded(MAX_RPC_BYTES).length, MAX_RPC_BYTES)
  t.same(decodeRpc('InviteCancel', padded(MAX_RPC_BYTES)), { inviteId: key(1) }, 'unknown fields are skipped')
  t.throws(() => decodeRpc('InviteCancel', padded(MAX_RPC_BYTES + 1)), INVALID)
  t.end()
})

t.test('a decoded key does not keep the message in memory', (t) => {
  const bytes = encodeRpc('InviteAck', { inviteId: key(3) })
  const { inviteId } = decodeRpc('InviteAck', bytes)
  bytes.fill(0)
  t.same(inviteId, key(3))
  t.end()
})
