import 'leaflet/dist/leaflet.css'
import './map.css'
import * as L from 'leaflet'
import { t } from '../../../i18n/messages.ts'
import { BaseMap } from './base-map.ts'

// Why Leaflet: it needs no WebGL, which the oldest of the phones lack or have too little memory for, and is a fifth of what
// the vector libraries weigh. Points go on a canvas of their own: its markers are an element each.

/** Where a map without anything on it begins. */
const WORLD: L.LatLngBoundsLiteral = [
  [-55, -170],
  [75, 170]
]

const MAX_ZOOM = 18

/** A map on the base map, for mouse, finger and keyboard. The caller removes it. */
export function openMap(element: HTMLElement): L.Map {
  const map = L.map(element, {
    attributionControl: false,
    zoomControl: false,
    maxZoom: MAX_ZOOM,
    minZoom: 1,
    worldCopyJump: true,
    fadeAnimation: false
  })
  L.control
    .zoom({ zoomInTitle: t('observations.zoomIn'), zoomOutTitle: t('observations.zoomOut') })
    .addTo(map)
  L.control.scale({ imperial: false }).addTo(map)
  new BaseMap().addTo(map)
  map.fitBounds(WORLD)
  return map
}
