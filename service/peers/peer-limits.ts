const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** What one connected device may cost the hub. */
export interface PeerLimits {
  /** Longest frame after the handshake: so much memory is set aside for it as soon as its length has come. */
  readonly frameBytes: number
  /** Pages of 32,768 blocks that it may say something of, over all cores: each takes 8 KiB. */
  readonly toldPages: number
}

/**
 * Of whoever has a key pair, which costs nothing: all places of one address taken by strangers cost less than 32 MiB, and all strangers together `STRANGERS_BYTES`. A phone
 * that is new to a project gets its first hundred of auth blocks and tells of what it holds within these.
 */
export const STRANGER_LIMITS: PeerLimits = { frameBytes: 512 * KIBIBYTE, toldPages: 64 }

/**
 * Of a device with a role in a project of the hub. Protomux gathers 8 MiB of messages into one frame, and the last of them may be a
 * block of its own. Five cores of 1,600 members have 8,192 pages.
 */
export const MEMBER_LIMITS: PeerLimits = { frameBytes: 10 * MEBIBYTE, toldPages: 8_192 }

/**
 * Bytes that wait for one device to read them. hypercore sends no block to a device that is behind, beyond the 8 MiB of one
 * frame; what comes after that is answers to questions by somebody who does not listen.
 */
export const MAX_UNSENT_BYTES = 16 * MEBIBYTE
