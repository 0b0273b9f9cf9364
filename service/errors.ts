/**
 * Every error that a caller, an operator or a browser can meet: its stable code, what it means, and the HTTP status
 * that it has when it reaches the page. Callers test `error.code`, never the message.
 */
const ERRORS = {
  CONFIG_INVALID: { status: 400, text: 'A setting has a value that is not accepted' },
  SETTING_FIXED: { status: 409, text: 'This setting is fixed by the configuration of the hub' },
  WIRE_INVALID: { status: 400, text: 'Bytes from a peer do not have the form that the protocol asks for' },
  STORE_LOCKED: { status: 503, text: 'Another process is using this data directory' },
  STORE_FAILED: { status: 503, text: 'The store could not make data durable' },
  FILE_DAMAGED: { status: 503, text: 'A file of this hub does not hold what was written to it' },
  CARD_DAMAGED: { status: 503, text: 'The file system of the card could not be repaired' },
  CARD_READ_ONLY: {
    status: 503,
    text: 'The file system of the card can only be read until the machine starts anew'
  },
  CORE_SHORT: { status: 503, text: 'A core of this hub holds less than it held before' },
  LEDGER_DAMAGED: { status: 503, text: 'The settings and the history of this hub cannot be read' },
  IDENTITY_DAMAGED: { status: 503, text: 'The identity of this hub cannot be read' },
  INVITE_NOT_FOUND: { status: 404, text: 'There is no such invite' },
  INVITE_NOT_PENDING: {
    status: 409,
    text: 'This invite has already been answered, cancelled or has expired'
  },
  JOIN_FAILED: { status: 502, text: 'The inviting device did not complete the invite' },
  PROJECT_NOT_FOUND: { status: 404, text: 'There is no such project' },
  LAST_COORDINATOR: {
    status: 409,
    text: 'Nobody but the hub coordinates this project, so it does not leave it: reset the hub to delete what it holds'
  },
  PROJECT_RESTORED: {
    status: 409,
    text: 'This project came back from a backup, and no member was here since to give back what is missing'
  },
  ONLY_COPIES: { status: 409, text: 'The hub holds what nobody else is known to hold' },
  PROJECT_KEYS_DIFFER: { status: 409, text: 'The invite has other keys than those known for this project' },
  DOCUMENT_NOT_FOUND: { status: 404, text: 'There is no such document' },
  MIRROR_OUTDATED: { status: 503, text: 'The mirror was written by another version and must be rebuilt' },
  PHOTO_NOT_HELD: { status: 404, text: 'The hub does not hold this photo in this variant' },
  PHOTO_DAMAGED: { status: 500, text: 'The bytes of this photo are not those that the observation names' },
  MIRROR_CLOSED: {
    status: 503,
    text: 'What people collected cannot be read at the moment: the office is locked'
  },
  EXPORT_NOT_FOUND: { status: 404, text: 'There is no such export' },
  EXPORT_CANCELLED: { status: 409, text: 'The export was stopped before its end' },
  EXPORT_RUNNING: { status: 409, text: 'Another export is being written to the USB stick' },
  USB_MISSING: { status: 409, text: 'No USB stick is plugged in' },
  USB_FULL: { status: 507, text: 'The USB stick has too little room' },
  NETWORK_NOT_OURS: { status: 409, text: 'This hub does not run the network that it is on' },
  NETWORK_SSID_INVALID: { status: 400, text: 'This cannot be the name of a Wi-Fi network' },
  NETWORK_COUNTRY_UNKNOWN: { status: 400, text: 'There is no country with this code' },
  NETWORK_COUNTRY_REQUIRED: {
    status: 400,
    text: 'This channel or band may be used in some countries only: set the country first'
  },
  NETWORK_BAND_UNSUPPORTED: { status: 400, text: 'The radio of this hub does not have this band' },
  NETWORK_CHANNEL_UNSUPPORTED: {
    status: 400,
    text: 'The radio of this hub must not or cannot use this channel'
  },
  NETWORK_ISOLATION_UNSUPPORTED: { status: 400, text: 'The radio of this hub cannot keep phones apart' },
  NETWORK_NOTHING_PENDING: { status: 409, text: 'No change of the network waits to be confirmed' },
  NETWORK_CONFIRM_ELSEWHERE: {
    status: 409,
    text: 'A change of the network is confirmed by a device that has joined the changed network'
  },
  UPLINK_NO_RADIO: {
    status: 409,
    text: 'The only radio of this hub makes its own Wi-Fi: a second one is needed to join another'
  },
  UPLINK_NOT_ANSWERING: { status: 503, text: 'The service that joins other networks does not answer' },
  ALREADY_CLAIMED: { status: 409, text: 'This hub already has a passphrase' },
  NOT_CLAIMED: { status: 409, text: 'This hub has no passphrase yet' },
  PASSPHRASE_WEAK: { status: 400, text: 'The passphrase is too easy to guess' },
  PASSPHRASE_WRONG: { status: 401, text: 'The passphrase is wrong' },
  LOGIN_THROTTLED: { status: 429, text: 'Too many wrong passphrases: wait before the next try' },
  SHELF_FULL: { status: 409, text: 'There is no more room on the shelf' },
  SHELF_NAME_TAKEN: { status: 409, text: 'There is a file of this name on the shelf' },
  SHELF_FILE_NOT_FOUND: { status: 404, text: 'There is no such file on the shelf' },
  UPLOAD_NOT_FOUND: { status: 404, text: 'There is no such upload: begin it again' },
  UPLOAD_OFFSET: { status: 409, text: 'Other bytes of the upload are awaited' },
  MAP_NOT_FOUND: { status: 404, text: 'There is no such map' },
  MAP_NO_PACKAGE: { status: 400, text: 'This file is no styled map package, or a part of it is missing' },
  MAP_NO_STYLE: { status: 400, text: 'There is no style.json in this package' },
  MAP_STYLE_INVALID: { status: 400, text: 'The style of this map cannot be understood' },
  MAP_NOT_WHOLE: { status: 400, text: 'This map needs something that is not in its package' },
  MAP_TOO_LARGE: { status: 400, text: 'This map holds more than the hub can show' },
  UPDATE_NOT_OURS: { status: 409, text: 'This machine is not updated through the hub' },
  UPDATE_RUNNING: { status: 409, text: 'An update is being installed' },
  BACKUP_INVALID: { status: 400, text: 'This file is no backup of a hub that this version knows' },
  CONFIRMATION_WRONG: { status: 400, text: 'What was typed to confirm is not what was asked for' },
  CLOCK_NOT_SETTABLE: { status: 409, text: 'The clock of this machine is not for the hub to set' },
  CLOCK_IMPLAUSIBLE: { status: 400, text: 'That cannot be the time now' },
  HUB_LOCKED: { status: 423, text: 'The hub is locked: the office passphrase unlocks what it holds' },
  LOGIN_REQUIRED: { status: 401, text: 'This needs the office passphrase' },
  ENCRYPTION_REQUIRED: {
    status: 403,
    text: 'The office of this hub is open over HTTPS only: the status says where'
  },
  ORIGIN_REFUSED: { status: 403, text: 'This request did not come from the page of this hub' },
  REQUEST_INVALID: { status: 400, text: 'The request does not have the form that is asked for' },
  RANGE_NOT_SATISFIABLE: { status: 416, text: 'The file ends before this range' },
  NOT_FOUND: { status: 404, text: 'There is nothing at this address' },
  SAFE_MODE: { status: 503, text: 'The hub did not start several times in a row, and serves this alone' },
  NOT_SERVING: { status: 503, text: 'The hub cannot serve at the moment' },
  INTERNAL: { status: 500, text: 'Something went wrong inside the hub; its log says what' }
} as const

export type ErrorCode = keyof typeof ERRORS

/** An error with a stable code. `message` says what was wrong and, where that helps, what is accepted. */
export class WaystationError extends Error {
  override readonly name = 'WaystationError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? ERRORS[code].text, options)
    this.code = code
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  /** What the code means, without the detail of this case. */
  get title(): string {
    return ERRORS[this.code].text
  }
}
