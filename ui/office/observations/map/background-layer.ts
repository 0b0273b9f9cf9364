import * as L from 'leaflet'
import type { StyleSpecification } from 'maplibre-gl'
import type { OwnMapView } from '../../../../service/web/map-schemas.ts'
import { get, Refused } from '../../../model/request.ts'
import { toRefused } from '../../../model/use-action.ts'
import { imageTiles, type ImageStyle } from './image-tiles.ts'
import { chosenMap, ownMaps, readOwnMaps } from './background.ts'

/**
 * Keeps the map that was chosen under what lies on `map`, for as long as that is there.
 * @param onFailure is told why it is not drawn, and null when another one is tried
 */
export function showBackground(map: L.Map, onFailure: (failure: Refused | null) => void): void {
  let layer: L.Layer | null = null
  let shown: string | null = null
  const show = (own: OwnMapView | null) => {
    const id = own?.id ?? null
    if (id === shown) return
    shown = id
    layer?.remove()
    layer = null
    onFailure(null)
    if (own === null) return
    layerOf(own, onFailure).then(
      (made) => {
        if (shown === id) layer = made.addTo(map)
      },
      (error: unknown) => shown === id && onFailure(toRefused(error))
    )
  }
  readOwnMaps().catch((error: unknown) => onFailure(toRefused(error)))
  const chosen = () => ownMaps.value.find(({ id }) => id === chosenMap.value) ?? null
  const stops = [chosenMap.subscribe(() => show(chosen())), ownMaps.subscribe(() => show(chosen()))]
  map.on('unload', () => {
    shown = null
    for (const stop of stops) stop()
  })
}

async function layerOf({ id, drawing }: OwnMapView, onFailure: (failure: Refused) => void): Promise<L.Layer> {
  const style = await get<StyleSpecification>(`/api/maps/${id}/style`)
  if (drawing === 'images') return imageTiles(style as unknown as ImageStyle)
  const { drawsShapes, shapeTiles } = await import('./shape-tiles.ts')
  if (!drawsShapes()) throw new Refused('WEBGL_MISSING', 'This browser has no WebGL')
  return shapeTiles(style, (error) => onFailure(new Refused('MAP_DRAWING_FAILED', error.message)))
}
