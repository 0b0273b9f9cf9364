import 'leaflet/dist/leaflet.css'
import './map.css'
import * as L from 'leaflet'
import { t } from '../../../i18n/messages.ts'
import type { Refused } from '../../../model/request.ts'
import { showBackground } from './background-layer.ts'
import { BaseMap } from './base-map.ts'

// Why Leaflet: it needs no WebGL, which the oldest of the phones lack or have too little memory for, and is a fifth of what
// the libraries weigh that draw maps from shapes. Points go on a canvas of their own: its markers are an element each.

/** Where a map without anything on it begins. */
const WORLD: L.LatLngBoundsLiteral = [
  [-55, -170],
  [75, 170]
]

const MAX_ZOOM = 18

/**
 * A map on the base map and the one that was chosen, for mouse, finger and keyboard. The caller removes it.
 * @param onFailure is told why the chosen map is not drawn; null when it is tried anew
 */
export function openMap(
  element: HTMLElement,
  onFailure: (failure: Refused | null) => void = () => {}
): L.Map {
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
  showBackground(map, onFailure)
  return map
}
