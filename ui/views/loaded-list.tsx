import type { ComponentChild } from 'preact'
import type { Loaded } from '../hub-model.ts'

interface LoadedListProps<T> {
  list: Loaded<T>
  /** What is shown instead of an empty list. */
  empty: string
  children: (item: T) => ComponentChild
}

export function LoadedList<T>({ list, empty, children }: LoadedListProps<T>) {
  switch (list.state) {
    case 'loading':
      return <p role="status">Asking the hub…</p>
    case 'failed':
      return <p role="alert">{list.reason}</p>
    case 'here':
      return list.items.length === 0 ? <p>{empty}</p> : <ul>{list.items.map(children)}</ul>
  }
}
