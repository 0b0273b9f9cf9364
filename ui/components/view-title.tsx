import { useEffect, useRef } from 'preact/hooks'
import { useModel } from '../model/use-model.ts'
import { route } from '../router.ts'

const firstRoute = route.value

/**
 * The heading of a view. It names the tab, and takes the focus when people came here by a link of the page, so that a screen
 * reader begins to read here.
 */
export function ViewTitle({ title }: { title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const hub = useModel().status.value?.hub.name
  useEffect(() => {
    document.title = hub === undefined ? title : `${title} · ${hub}`
  }, [title, hub])
  useEffect(() => {
    if (route.value !== firstRoute) heading.current?.focus()
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  )
}
