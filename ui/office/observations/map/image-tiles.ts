import * as L from 'leaflet'

/** The parts that are used of the style of a map whose tiles are pictures. */
export interface ImageStyle {
  layers: readonly { type: string; source?: string; layout?: { visibility?: string } }[]
  sources: Readonly<Record<string, ImageSource>>
}

interface ImageSource {
  type: string
  tiles: readonly string[]
  tileSize?: number
  minzoom?: number
  maxzoom?: number
  bounds?: readonly [number, number, number, number]
}

const TILE = 256
/** Of MapLibre's style specification. */
const DEFAULT_TILE = 512
const DEFAULT_MAX_ZOOM = 22

/** Tiles that are pictures are laid out by Leaflet itself: that works on phones without WebGL, and needs no further code. */
export function imageTiles({ layers, sources }: ImageStyle): L.Layer {
  const drawn = L.layerGroup()
  for (const { type, source: id = '', layout } of layers) {
    const source = sources[id]
    const [template] = source?.tiles ?? []
    if (type !== 'raster' || source === undefined || template === undefined) continue
    if (layout?.visibility === 'none') continue
    const { tileSize = DEFAULT_TILE, minzoom = 0, maxzoom = DEFAULT_MAX_ZOOM, bounds } = source
    // Leaflet counts zooms for tiles of 256 pixels.
    const zoomOffset = -Math.round(Math.log2(tileSize / TILE))
    L.tileLayer(template, {
      tileSize,
      zoomOffset,
      minNativeZoom: minzoom - zoomOffset,
      maxNativeZoom: maxzoom - zoomOffset,
      maxZoom: DEFAULT_MAX_ZOOM,
      ...(bounds === undefined
        ? {}
        : { bounds: L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]) })
    }).addTo(drawn)
  }
  return drawn
}
