import { maplibreGL } from '@maplibre/maplibre-gl-leaflet'
import type { Layer } from 'leaflet'
import { setWorkerUrl, type StyleSpecification } from 'maplibre-gl'
import workerAddress from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url'
import './shape-tiles.css'

// Why MapLibre: the styles of these maps are its own, and nothing else draws all of them. Why its fourth version: the later
// ones use what Chrome 74 does not have. It comes only when such a map is chosen; Leaflet stays in charge of the map.

setWorkerUrl(workerAddress)

/** Whether this browser can draw shapes: old phones lack WebGL, or have it switched off. */
export function drawsShapes(): boolean {
  const canvas = document.createElement('canvas')
  return (canvas.getContext('webgl2') ?? canvas.getContext('webgl')) !== null
}

/** @param onFailure is told when something of the map cannot be drawn */
export function shapeTiles(style: StyleSpecification, onFailure: (error: Error) => void): Layer {
  const layer = maplibreGL({ style, interactive: false })
  return layer.on('add', () =>
    layer.getMaplibreMap().on('error', (event: ErrorEvent) => onFailure(event.error as Error))
  )
}
