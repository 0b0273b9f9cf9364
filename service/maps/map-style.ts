import { WaystationError } from '../errors.ts'

/** Where the style of a package begins to name its own files (section 4.2 of the format). */
const OWN_FILES = 'smp://maps.v1/'

const STYLE_VERSION = 8

/** The one major version of the format that there is (section 3.1). */
const FORMAT_MAJOR = '1'

const NAME_MAX_CHARACTERS = 100

type Json = Record<string, unknown>

/** How a map is drawn: `images` are tiles that are pictures already, `shapes` are drawn by the rules of the style. */
export type Drawing = 'images' | 'shapes'

/** The style of a map (MapLibre's style specification, version 8), with what the hub must know of it. */
export interface MapStyle {
  /** Null when the map does not say how it is called. */
  readonly name: string | null
  readonly drawing: Drawing
  /** West, south, east, north in degrees; null when the map does not say where it is. */
  readonly bounds: readonly [number, number, number, number] | null
  /** What the makers of the data ask to be named with, as they wrote it: text or HTML. */
  readonly credits: readonly string[]
  /** The style with each of its own files below `base`. */
  at(base: string): Json
}

/**
 * @param version content of `VERSION`; null when there is none
 * @param names of the files in the package
 * @throws MAP_NO_STYLE, MAP_STYLE_INVALID, MAP_NOT_WHOLE when it needs what it does not hold
 */
export function parseStyle(
  text: string | null,
  { version, names }: { version: string | null; names: Iterable<string> }
): MapStyle {
  if (version !== null && version.trim().split('.')[0] !== FORMAT_MAJOR) {
    throw new WaystationError('MAP_STYLE_INVALID', `Version ${version.trim().slice(0, 20)} is not known`)
  }
  if (text === null) throw new WaystationError('MAP_NO_STYLE')
  const style = parseJson(text)
  if (style['version'] !== STYLE_VERSION) throw invalid('its version is not 8')
  const sources = recordOf(style['sources'], 'sources')
  const layers = listOf(style['layers'], 'layers').map((layer) => recordOf(layer, 'a layer'))
  requireOwn(style['glyphs'], 'glyphs')
  for (const url of spritesOf(style['sprite'])) requireOwn(url, 'sprite')
  const prefixes = new Map<string, string>()
  for (const [id, source] of Object.entries(sources)) {
    const prefix = checkSource(id, recordOf(source, `source ${id}`))
    if (prefix !== null) prefixes.set(id, prefix)
  }
  requireTiles(prefixes, names)
  const metadata = isRecord(style['metadata']) ? style['metadata'] : {}
  const name = typeof style['name'] === 'string' ? style['name'].trim().slice(0, NAME_MAX_CHARACTERS) : ''
  return {
    name: name === '' ? null : name,
    drawing: layers.every(({ type }) => type === 'raster' || type === 'background') ? 'images' : 'shapes',
    bounds: boundsOf(metadata['smp:bounds']),
    credits: [...new Set(Object.values(sources).flatMap(creditOf))],
    at: (base) => at(style, base)
  }
}

function parseJson(text: string): Json {
  let style: unknown
  try {
    style = JSON.parse(text)
  } catch (cause) {
    throw new WaystationError('MAP_STYLE_INVALID', 'style.json is no JSON', { cause })
  }
  return recordOf(style, 'style.json')
}

/** @returns what the names of its tiles begin with; null for a source without tiles */
function checkSource(id: string, source: Json): string | null {
  const { type, data, tiles, url } = source
  if (url !== undefined) throw outside(`source ${id}`)
  if (type === 'geojson') {
    if (typeof data === 'string') requireOwn(data, `source ${id}`)
    return null
  }
  if (type !== 'vector' && type !== 'raster') throw invalid(`source ${id} is neither of tiles nor of GeoJSON`)
  const [template] = listOf(tiles, `tiles of source ${id}`)
  if (typeof template !== 'string') throw invalid(`source ${id} has no tiles`)
  requireOwn(template, `source ${id}`)
  return template.slice(OWN_FILES.length).split('{', 1)[0] ?? ''
}

/** A package whose upload was begun from a half-written file has a style, and no tiles. */
function requireTiles(prefixes: ReadonlyMap<string, string>, names: Iterable<string>): void {
  const missing = new Map(prefixes)
  for (const name of names) {
    for (const [id, prefix] of missing) if (name.startsWith(prefix)) missing.delete(id)
    if (missing.size === 0) return
  }
  const [id] = missing.keys()
  if (id !== undefined) throw new WaystationError('MAP_NOT_WHOLE', `The tiles of source ${id} are missing`)
}

function requireOwn(url: unknown, of: string): void {
  if (url === undefined) return
  if (typeof url !== 'string') throw invalid(`${of} is no address`)
  if (!url.startsWith(OWN_FILES)) throw outside(of)
}

function spritesOf(sprite: unknown): unknown[] {
  if (!Array.isArray(sprite)) return [sprite]
  return sprite.map((one) => recordOf(one, 'a sprite')['url'] ?? null)
}

function at(style: Json, base: string): Json {
  const own = (url: unknown) =>
    typeof url === 'string' && url.startsWith(OWN_FILES) ? `${base}${url.slice(OWN_FILES.length)}` : url
  const { glyphs, sprite } = style
  const sources = Object.entries(style['sources'] as Record<string, Json>).map(([id, source]) => {
    const { tiles, data } = source
    const served = {
      ...source,
      ...(Array.isArray(tiles) ? { tiles: tiles.map(own) } : {}),
      ...(data === undefined ? {} : { data: own(data) })
    }
    return [id, served]
  })
  return {
    ...style,
    ...(glyphs === undefined ? {} : { glyphs: own(glyphs) }),
    ...(sprite === undefined
      ? {}
      : {
          sprite: Array.isArray(sprite)
            ? sprite.map((one: Json) => ({ ...one, url: own(one['url']) }))
            : own(sprite)
        }),
    sources: Object.fromEntries(sources)
  }
}

function boundsOf(given: unknown): MapStyle['bounds'] {
  if (!Array.isArray(given) || given.length !== 4) return null
  const [west, south, east, north] = given as unknown[]
  const isDegrees = (value: unknown, most: number): value is number =>
    typeof value === 'number' && Math.abs(value) <= most
  if (!isDegrees(west, 180) || !isDegrees(east, 180) || !isDegrees(south, 90) || !isDegrees(north, 90))
    return null
  return west < east && south < north ? [west, south, east, north] : null
}

function creditOf(source: unknown): string[] {
  const attribution = isRecord(source) ? source['attribution'] : undefined
  return typeof attribution === 'string' && attribution.trim() !== '' ? [attribution.trim()] : []
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordOf(value: unknown, of: string): Json {
  if (!isRecord(value)) throw invalid(`${of} is no object`)
  return value
}

function listOf(value: unknown, of: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`there is no list of ${of}`)
  return value
}

function invalid(what: string): WaystationError {
  return new WaystationError('MAP_STYLE_INVALID', `In style.json ${what}`)
}

function outside(of: string): WaystationError {
  return new WaystationError('MAP_NOT_WHOLE', `In style.json ${of} is fetched from the internet`)
}
