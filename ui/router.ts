import { signal } from '@preact/signals'

// The address lies behind the #: the hub has one page to serve and no fallback to keep apart from real errors, and it
// works in the window that a phone opens for a network's sign-in.

export interface Route {
  /** Between the slashes, decoded: `#/office/projects/abc` is `['office', 'projects', 'abc']`. */
  path: readonly string[]
  query: URLSearchParams
}

export const route = signal<Route>(parseRoute(window.location.hash))

window.addEventListener('hashchange', () => (route.value = parseRoute(window.location.hash)))

/** The address of a view, for a link. */
export function href(path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `#${path}${search === '' ? '' : `?${search}`}`
}

/** @param replace leaves no step to go back to, as for a filter that changes */
export function go(to: string, { replace = false } = {}): void {
  if (!replace) window.location.hash = to
  else {
    window.history.replaceState(null, '', to)
    route.value = parseRoute(to)
  }
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?')
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(search) }
}

/** @returns the parameters of `projects/:projectId` in a path, or null when it does not fit */
export function matchPath(pattern: string, path: readonly string[]): Record<string, string> | null {
  const parts = pattern.split('/').filter(Boolean)
  if (parts.length !== path.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const given = path[index] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = given
    else if (part !== given) return null
  }
  return params
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
