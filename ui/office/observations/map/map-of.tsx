import { useEffect, useRef, useState } from 'preact/hooks'
import { Failure } from '../../../components/failure.tsx'
import type { Refused } from '../../../model/request.ts'
import { toRefused } from '../../../model/use-action.ts'

interface MapOfProps {
  label: string
  /** GeoJSON geometries. */
  shapes: readonly unknown[]
}

/** A small map of a few things. Its code comes when it is drawn. */
export function MapOf({ label, shapes }: MapOfProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [failure, setFailure] = useState<Refused | null>(null)
  const key = JSON.stringify(shapes)
  useEffect(() => {
    let remove = () => {}
    let isWanted = true
    import('./draw-shapes.ts').then(
      ({ drawShapes }) => {
        if (isWanted && frame.current !== null) remove = drawShapes(frame.current, shapes)
      },
      (error: unknown) => isWanted && setFailure(toRefused(error))
    )
    return () => {
      isWanted = false
      remove()
    }
  }, [key])
  if (failure !== null) return <Failure failure={failure} />
  return <div ref={frame} class="map map-small" role="application" aria-label={label} />
}
