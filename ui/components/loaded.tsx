import type { ComponentChildren } from 'preact'
import { t } from '../i18n/messages.ts'
import type { Reading } from '../model/use-loaded.ts'
import { Failure } from './failure.tsx'

interface LoadedProps<T> {
  of: Reading<T>
  /** Shown instead when `isEmpty` says so. */
  empty?: ComponentChildren
  isEmpty?: (value: T) => boolean
  children: (value: T) => ComponentChildren
}

/** Draws what was read from the hub, or that it is being read, or why it could not be and a button to try again. */
export function Loaded<T>({
  of: { loading, reload },
  empty,
  isEmpty = isEmptyList,
  children
}: LoadedProps<T>) {
  switch (loading.state) {
    case 'loading':
      return <Waiting />
    case 'failed':
      return (
        <div class="stack">
          <Failure failure={loading.failure} />
          <div>
            <button type="button" onClick={reload}>
              {t('common.tryAgain')}
            </button>
          </div>
        </div>
      )
    case 'here':
      return <>{empty !== undefined && isEmpty(loading.value) ? empty : children(loading.value)}</>
  }
}

/** Something is on its way. */
export function Waiting() {
  return (
    <p class="waiting" role="status">
      <span class="spinner" /> {t('common.loading')}
    </p>
  )
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
