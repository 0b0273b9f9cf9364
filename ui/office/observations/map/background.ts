import { signal } from '@preact/signals'
import type { OwnMapsView, OwnMapView } from '../../../../service/web/map-schemas.ts'
import { get } from '../../../model/request.ts'

// Which map lies under what was collected. It is the choice of this browser, for every map of the page.

const STORED_KEY = 'waystation-background'

/** The maps that there are to choose from; empty until they are read. */
export const ownMaps = signal<readonly OwnMapView[]>([])

/** The id of one of them, or null for the outlines of the world alone. */
export const chosenMap = signal<string | null>(stored())

/** Reads what there is to choose from. A map that is gone is chosen no longer. */
export async function readOwnMaps(): Promise<void> {
  const { maps } = await get<OwnMapsView>('/api/maps')
  ownMaps.value = maps.filter(({ drawing }) => drawing !== null)
  if (!ownMaps.value.some(({ id }) => id === chosenMap.value)) chooseMap(null)
}

export function chooseMap(id: string | null): void {
  chosenMap.value = id
  try {
    if (id === null) window.localStorage.removeItem(STORED_KEY)
    else window.localStorage.setItem(STORED_KEY, id)
  } catch {
    // A browser that stores nothing: it holds until the page is loaded anew.
  }
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(STORED_KEY)
  } catch {
    return null
  }
}
