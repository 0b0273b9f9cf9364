import { t } from '../../i18n/messages.ts'

/** The one answer that the app always asks for, whatever the project's categories say; it stores it under this key. */
const NOTES = 'notes'

/** @param label of the project's question, or the key of an answer without one */
export function answerLabel(label: string): string {
  return label === NOTES ? t('observations.notes') : label
}
