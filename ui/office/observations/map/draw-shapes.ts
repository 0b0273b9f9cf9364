import * as L from 'leaflet'
import { geometryLayer } from './geometry-layer.ts'
import { openMap } from './open-map.ts'

const COLOR = '#e86826'
const NEAREST_ZOOM = 14

/** @returns the way to take the map down */
export function drawShapes(element: HTMLElement, shapes: readonly unknown[]): () => void {
  const map = openMap(element)
  const drawn = L.featureGroup().addTo(map)
  for (const shape of shapes) geometryLayer(shape, COLOR)?.addTo(drawn)
  const bounds = drawn.getBounds()
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: NEAREST_ZOOM })
  return () => map.remove()
}
