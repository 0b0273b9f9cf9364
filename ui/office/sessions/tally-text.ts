import type { Tally } from '../../../service/web/status-schemas.ts'
import { formatBytes } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'

/** "3 documents, 2 photos, 1.4 MB". What the hub could not read is left out. */
export function tallyText({ documents, photos, bytes }: Tally): string {
  return [
    ...(documents === null ? [] : [t('sessions.documents', { count: documents })]),
    ...(photos === null ? [] : [t('sessions.photos', { count: photos })]),
    ...(bytes === null ? [] : [formatBytes(bytes)])
  ].join(', ')
}
