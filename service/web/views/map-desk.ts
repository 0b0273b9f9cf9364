import type { Maps, OwnMap } from '../../maps/maps.ts'
import type { OwnMapsView, OwnMapView } from '../map-schemas.ts'
import type { MapService } from '../services.ts'
import { fileView, ShelfUploads } from './shelf-uploads.ts'

/** Maps of people's own as the page sees them. */
export class MapDesk extends ShelfUploads implements MapService {
  readonly #maps: Maps

  constructor(maps: Maps) {
    super(maps.shelf)
    this.#maps = maps
  }

  async list(): Promise<OwnMapsView> {
    const maps = await this.#maps.list()
    return {
      maps: maps.map(mapView),
      usedBytes: maps.reduce((sum, { file }) => sum + file.size, 0),
      quotaBytes: this.#maps.shelf.quotaBytes
    }
  }

  remove(mapId: string): Promise<void> {
    return this.#maps.remove(mapId)
  }

  async style(mapId: string, base: string): Promise<object> {
    return (await this.#maps.style(mapId)).at(base)
  }

  file(mapId: string, name: string): Promise<Buffer> {
    return this.#maps.read(mapId, name)
  }
}

function mapView({ id, file, style }: OwnMap): OwnMapView {
  const { name: fileName, size, addedAt } = fileView(file)
  return {
    id,
    name: style?.name ?? fileName.replace(/\.smp$/i, ''),
    fileName,
    size,
    addedAt,
    drawing: style?.drawing ?? null,
    bounds: style?.bounds ? [...style.bounds] : null,
    credits: [...(style?.credits ?? [])]
  }
}
