import * as L from 'leaflet'

/**
 * Draws a GeoJSON geometry that somebody else wrote.
 * @returns null for what is no geometry
 */
export function geometryLayer(geometry: unknown, color: string): L.Layer | null {
  try {
    return L.geoJSON(geometry as GeoJSON.Geometry, {
      interactive: false,
      style: { color, weight: 4, fillOpacity: 0.2 },
      pointToLayer: (_point, place) =>
        L.circleMarker(place, { radius: 9, color, weight: 4, fillOpacity: 0.4, interactive: false })
    })
  } catch {
    // A point without coordinates, a kind that does not exist: there is nothing to draw.
    return null
  }
}
