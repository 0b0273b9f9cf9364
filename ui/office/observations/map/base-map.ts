import * as L from 'leaflet'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import worldAddress from 'world-atlas/countries-50m.json?url'
import { mercatorX, mercatorY } from '../table.ts'

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>

/** Points of a coast or border, x and y in turn, from 0 to 1 on the square of Web Mercator. */
interface Line {
  readonly points: Float64Array
  readonly west: number
  readonly east: number
  readonly north: number
  readonly south: number
}

interface Outlines {
  readonly land: readonly Line[]
  readonly borders: readonly Line[]
}

const TILE = 256

/** Points nearer than this to the one before are not drawn: nobody sees them. */
const LEAST_STEP_PX = 0.7

let outlines: Promise<Outlines> | null = null

/** Coasts and borders of the world (Natural Earth, 1:50 million): enough to see where one is, without any internet. */
export class BaseMap extends L.GridLayer {
  constructor() {
    super({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 1 })
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const tile = document.createElement('canvas')
    const density = Math.min(2, window.devicePixelRatio || 1)
    tile.width = tile.height = TILE * density
    outlines ??= readOutlines()
    outlines.then(
      (world) => {
        draw(tile, density, coords, world)
        done(undefined, tile)
      },
      (error: unknown) => {
        outlines = null
        done(error instanceof Error ? error : new Error(String(error)), tile)
      }
    )
    return tile
  }
}

async function readOutlines(): Promise<Outlines> {
  const world = (await (await fetch(worldAddress)).json()) as World
  const land: Line[] = []
  for (const { geometry } of feature(world, world.objects.land).features) {
    if (geometry.type === 'Polygon') land.push(...geometry.coordinates.map(lineOf))
    if (geometry.type === 'MultiPolygon') land.push(...geometry.coordinates.flat().map(lineOf))
  }
  const borders = mesh(world, world.objects.countries, (a, b) => a !== b).coordinates.map(lineOf)
  return { land, borders }
}

function lineOf(coordinates: readonly (readonly number[])[]): Line {
  const points = new Float64Array(coordinates.length * 2)
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [n, [lon = 0, lat = 0]] of coordinates.entries()) {
    const [x, y] = [mercatorX(lon), mercatorY(lat)]
    points[2 * n] = x
    points[2 * n + 1] = y
    west = Math.min(west, x)
    east = Math.max(east, x)
    north = Math.min(north, y)
    south = Math.max(south, y)
  }
  return { points, west, east, north, south }
}

function draw(tile: HTMLCanvasElement, density: number, { x, y, z }: L.Coords, world: Outlines): void {
  const context = tile.getContext('2d')
  if (context === null) return
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const scale = TILE * 2 ** z
  const place = { scale, left: x * TILE, top: y * TILE }
  const isHere = ({ west, east, north, south }: Line) =>
    west * scale <= place.left + TILE &&
    east * scale >= place.left &&
    north * scale <= place.top + TILE &&
    south * scale >= place.top
  context.scale(density, density)
  context.fillStyle = color('--map-sea')
  context.fillRect(0, 0, TILE, TILE)
  context.beginPath()
  for (const line of world.land) if (isHere(line)) trace(context, line, place)
  context.fillStyle = color('--map-land')
  context.strokeStyle = color('--map-line')
  context.fill('evenodd')
  context.lineWidth = 0.75
  context.stroke()
  context.beginPath()
  for (const line of world.borders) if (isHere(line)) trace(context, line, place)
  context.setLineDash([4, 3])
  context.stroke()
}

function trace(
  context: CanvasRenderingContext2D,
  { points }: Line,
  { scale, left, top }: { scale: number; left: number; top: number }
): void {
  let [lastX, lastY] = [NaN, NaN]
  for (let n = 0; n < points.length; n += 2) {
    const x = (points[n] as number) * scale - left
    const y = (points[n + 1] as number) * scale - top
    const isNear = Math.abs(x - lastX) < LEAST_STEP_PX && Math.abs(y - lastY) < LEAST_STEP_PX
    if (isNear && n < points.length - 2) continue
    if (n === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
    lastX = x
    lastY = y
  }
}
