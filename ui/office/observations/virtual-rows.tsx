import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Rows above and below the screen that are drawn as well: a thumb moves faster than the next frame. */
const MARGIN = 4

interface VirtualRowsProps {
  label: string
  /** Number of rows, and the height of each in pixels. */
  count: number
  rowHeight: number
  class?: string
  /** Draws the rows from `first` up to but not including `end`. */
  children: (first: number, end: number) => ComponentChildren
}

/** A list of which only the rows on the screen are drawn. All rows are of one height. */
export function VirtualRows({ label, count, rowHeight, class: name = '', children }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [window_, setWindow] = useState({ first: 0, end: 20 })
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const look = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - MARGIN)
      const end = Math.min(count, Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + MARGIN)
      setWindow((before) => (before.first === first && before.end === end ? before : { first, end }))
    }
    look()
    element.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      element.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [count, rowHeight])
  const first = Math.min(window_.first, count)
  const end = Math.min(window_.end, count)
  return (
    <div ref={scroller} class={`virtual ${name}`} tabIndex={0} role="region" aria-label={label}>
      <ul
        class="plain"
        role="list"
        style={{ height: `${count * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}
      >
        {children(first, end)}
      </ul>
    </div>
  )
}
