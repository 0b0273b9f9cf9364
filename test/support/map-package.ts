import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import geojsonvt from 'geojson-vt'
import vtpbf from 'vt-pbf'
import { ZipFile } from 'yazl'
import { png } from './png.ts'

// Styled map packages as the app's map makers write them (version 1.0 of the format): small ones, with tiles of one colour.

export const IMAGE_COLOR = [30, 140, 70] as const
export const SHAPE_COLOR = [200, 60, 150] as const

/** West, south, east, north: all that Web Mercator shows. */
const WORLD = [-180, -85, 180, 85]

/** A ZIP of these files. What ends with `.gz` or is a picture is stored as it is, as the format recommends. */
export async function zipOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, { compress: !/[.](gz|png)$/.test(name) })
  }
  zip.end()
  return buffer(zip.outputStream as Readable)
}

/** The files of a map whose tiles are green pictures, for two zooms. */
export function imageMap(style: object = {}): Record<string, Buffer | string> {
  const tile = png(256, () => IMAGE_COLOR)
  return {
    VERSION: '1.0\n',
    'style.json': JSON.stringify({
      version: 8,
      name: 'Río Napo from the air',
      metadata: { 'smp:bounds': WORLD, 'smp:maxzoom': 1 },
      sources: {
        air: {
          type: 'raster',
          tiles: ['smp://maps.v1/s/0/{z}/{x}/{y}.png'],
          tileSize: 256,
          bounds: WORLD,
          minzoom: 0,
          maxzoom: 1,
          attribution: '<a href="https://example.org">People of the river</a>'
        }
      },
      layers: [{ id: 'air', type: 'raster', source: 'air' }],
      ...style
    }),
    's/0/0/0/0.png': tile,
    ...Object.fromEntries(['0/0', '0/1', '1/0', '1/1'].map((at) => [`s/0/1/${at}.png`, tile]))
  }
}

/** The files of a map that is drawn from shapes: one that covers the world, in a vector tile. */
export function shapeMap(): Record<string, Buffer | string> {
  const [west, south, east, north] = WORLD as [number, number, number, number]
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south]
  ]
  const shape = { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
  const tile = geojsonvt(shape as never, {}).getTile(0, 0, 0)
  return {
    VERSION: '1.0',
    'style.json': JSON.stringify({
      version: 8,
      name: 'Land',
      sources: {
        land: {
          type: 'vector',
          tiles: ['smp://maps.v1/s/0/{z}/{x}/{y}.mvt.gz'],
          bounds: WORLD,
          minzoom: 0,
          maxzoom: 0
        }
      },
      layers: [
        { id: 'sea', type: 'background', paint: { 'background-color': '#000' } },
        {
          id: 'land',
          type: 'fill',
          source: 'land',
          'source-layer': 'land',
          paint: { 'fill-color': `rgb(${SHAPE_COLOR.join()})` }
        }
      ]
    }),
    's/0/0/0/0.mvt.gz': gzipSync(vtpbf.fromGeojsonVt({ land: tile }, { version: 2 }))
  }
}
