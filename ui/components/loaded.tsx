import type { ComponentChildren } from 'preact'
import { t } from '../i18n/messages.ts'
import { usePending } from '../model/pending.ts'
import type { Reading } from '../model/use-loaded.ts'
import { Failure } from './failure.tsx'
import { ViewTitle } from './view-title.tsx'

interface LoadedProps<T> {
  of: Reading<T>
  /** Of the view, for as long as it does not know its own: every view has a heading at every moment. */
  title?: string
  /** Shown instead when `isEmpty` says so. */
  empty?: ComponentChildren
  isEmpty?: (value: T) => boolean
  children: (value: T) => ComponentChildren
}

/** Draws what was read from the hub, or that it is being read, or why it could not be and a button to try again. */
export function Loaded<T>({
  of: { loading, reload },
  title,
  empty,
  isEmpty = isEmptyList,
  children
}: LoadedProps<T>) {
  switch (loading.state) {
    case 'loading':
      return (
        <>
          {title !== undefined && <ViewTitle title={title} />}
          <Waiting />
        </>
      )
    case 'failed':
      return (
        <div class="stack">
          {title !== undefined && <ViewTitle title={title} />}
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
  usePending(true)
  return (
    <p class="waiting" role="status">
      <span class="spinner" /> {t('common.loading')}
    </p>
  )
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
