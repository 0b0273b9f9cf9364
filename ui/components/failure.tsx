import { t, type MessageKey } from '../i18n/messages.ts'
import type { Refused } from '../model/request.ts'
import { Notice } from './notice.tsx'

/** Every code that people meet, in their words. What is not here is said in the hub's own sentence. */
const BY_CODE: Partial<Record<string, MessageKey>> = {
  UNREACHABLE: 'errors.unreachable',
  INTERNAL: 'errors.internal',
  LOGIN_REQUIRED: 'errors.loginRequired',
  LOGIN_THROTTLED: 'errors.loginThrottled',
  PASSPHRASE_WRONG: 'errors.passphraseWrong',
  PASSPHRASE_WEAK: 'errors.passphraseWeak',
  ALREADY_CLAIMED: 'errors.alreadyClaimed',
  NOT_CLAIMED: 'errors.notClaimed',
  ENCRYPTION_REQUIRED: 'errors.encryptionRequired',
  ORIGIN_REFUSED: 'errors.originRefused',
  INVITE_NOT_FOUND: 'errors.inviteNotFound',
  INVITE_NOT_PENDING: 'errors.inviteNotPending',
  PROJECT_NOT_FOUND: 'errors.projectNotFound',
  LAST_COORDINATOR: 'errors.lastCoordinator',
  PROJECT_RESTORED: 'errors.projectRestored',
  ONLY_COPIES: 'errors.onlyCopies',
  DOCUMENT_NOT_FOUND: 'errors.documentNotFound',
  PHOTO_NOT_HELD: 'errors.photoNotHeld',
  SETTING_FIXED: 'errors.settingFixed',
  STORE_FAILED: 'errors.storeFailed',
  NETWORK_NOT_OURS: 'errors.networkNotOurs',
  NETWORK_SSID_INVALID: 'errors.networkNameInvalid',
  WIFI_PASSPHRASE_INVALID: 'errors.wifiPassphraseInvalid',
  NETWORK_COUNTRY_UNKNOWN: 'errors.networkCountryUnknown',
  NETWORK_COUNTRY_REQUIRED: 'errors.networkCountryRequired',
  NETWORK_BAND_UNSUPPORTED: 'errors.networkBandUnsupported',
  NETWORK_CHANNEL_UNSUPPORTED: 'errors.networkChannelUnsupported',
  NETWORK_ISOLATION_UNSUPPORTED: 'errors.networkIsolationUnsupported',
  NETWORK_NOTHING_PENDING: 'errors.networkNothingPending',
  NETWORK_CONFIRM_ELSEWHERE: 'errors.networkConfirmElsewhere',
  BACKUP_INVALID: 'errors.backupInvalid',
  UPLINK_NO_RADIO: 'errors.uplinkNoRadio',
  UPLINK_NOT_ANSWERING: 'errors.uplinkNotAnswering',
  CONFIRMATION_WRONG: 'errors.confirmationWrong',
  CLOCK_NOT_SETTABLE: 'errors.clockNotSettable',
  CLOCK_IMPLAUSIBLE: 'errors.clockImplausible',
  SHELF_FULL: 'errors.shelfFull',
  SHELF_NAME_TAKEN: 'errors.shelfNameTaken',
  UPLOAD_NOT_FOUND: 'errors.uploadNotFound',
  MAP_NOT_FOUND: 'errors.mapNotFound',
  MAP_NO_PACKAGE: 'errors.mapNoPackage',
  MAP_NO_STYLE: 'errors.mapNoStyle',
  MAP_STYLE_INVALID: 'errors.mapStyleInvalid',
  MAP_NOT_WHOLE: 'errors.mapNotWhole',
  MAP_TOO_LARGE: 'errors.mapTooLarge',
  WEBGL_MISSING: 'errors.webglMissing',
  MAP_DRAWING_FAILED: 'errors.mapDrawingFailed',
  UPDATE_NOT_OURS: 'errors.updateNotOurs',
  UPDATE_RUNNING: 'errors.updateRunning',
  MIRROR_CLOSED: 'errors.mirrorClosed',
  EXPORT_RUNNING: 'errors.exportRunning',
  USB_MISSING: 'errors.usbMissing',
  USB_FULL: 'errors.usbFull'
}

/** @returns a sentence for people */
export function failureText({ code, message, retryAfterSeconds }: Refused): string {
  const key = BY_CODE[code]
  return key === undefined ? message : t(key, { count: retryAfterSeconds ?? 0, detail: message })
}

/** Why something that a person asked for was not done. */
export function Failure({ failure }: { failure: Refused | null }) {
  return failure === null ? null : (
    <Notice tone="bad" role="alert">
      {failureText(failure)}
    </Notice>
  )
}
