import * as L from 'leaflet'
import type { ObservationTable } from '../table.ts'

/** Side of a point in pixels, and how near two may be before the older one is left out. */
const POINT_PX = 12
const CELL_PX = 5

/** Rows that are looked at before the phone may do something else: some milliseconds on an old one. */
const ROWS_PER_FRAME = 20_000

/** World pixels at zoom 0. */
const WORLD_PX = 256

/** What a layer of Leaflet is made of that its types leave out; the library's own canvas stands on the same. */
interface RendererInternals {
  _map: L.Map & { _animatingZoom?: boolean }
  _bounds?: L.Bounds
  _container: HTMLCanvasElement
}

type RendererClass = new (options: L.RendererOptions) => L.Renderer & RendererInternals & { _update(): void }

// The class behind L.svg() and L.canvas(): it follows the map while that moves, and asks for a new drawing when it rests.
const Renderer = L.Renderer as unknown as RendererClass

/**
 * Draws up to hundreds of thousands of points on one canvas. The canvas moves with the map and is drawn anew when the map
 * rests, a part of it in each frame. Where points lie on each other, the newest one is drawn.
 */
export class PointsLayer extends Renderer {
  #table: ObservationTable | null = null
  #rows: Uint32Array = new Uint32Array(0)
  #colors: readonly string[] = []
  #frame = 0
  readonly #sprites = new Map<string, HTMLCanvasElement>()

  constructor() {
    super({ padding: 0.2 })
  }

  /** @param colors by number of the category; the last one is for those without */
  show(table: ObservationTable, rows: Uint32Array, colors: readonly string[]): void {
    this.#table = table
    this.#rows = rows
    this.#colors = colors
    // Before it is on a map, or before that has a view, there is nothing to draw on.
    if (this._bounds !== undefined) this.#draw()
  }

  /** @returns rows near a point of the map, the nearest first */
  near(point: L.Point, { within, most }: { within: number; most: number }): number[] {
    const table = this.#table
    if (table === null) return []
    const scale = WORLD_PX * 2 ** this._map.getZoom()
    const origin = this._map.getPixelOrigin()
    const found: { row: number; distance: number }[] = []
    for (const row of this.#rows) {
      const across = Math.abs((table.x[row] as number) * scale - origin.x - point.x)
      const down = Math.abs((table.y[row] as number) * scale - origin.y - point.y)
      if (across <= within && down <= within) found.push({ row, distance: across + down })
    }
    found.sort((a, b) => a.distance - b.distance)
    return found.slice(0, most).map(({ row }) => row)
  }

  protected _initContainer(): void {
    this._container = document.createElement('canvas')
    this._container.className = 'points-layer'
  }

  protected _destroyContainer(): void {
    window.cancelAnimationFrame(this.#frame)
    this._container.remove()
  }

  override _update(): void {
    if (this._map._animatingZoom === true && this._bounds !== undefined) return
    super._update()
    if (this._bounds === undefined) return
    const { min } = this._bounds
    const size = this._bounds.getSize()
    const density = Math.min(2, window.devicePixelRatio || 1)
    if (min === undefined) return
    L.DomUtil.setPosition(this._container, min)
    this._container.width = size.x * density
    this._container.height = size.y * density
    this._container.style.width = `${size.x}px`
    this._container.style.height = `${size.y}px`
    this.#draw()
  }

  #draw(): void {
    window.cancelAnimationFrame(this.#frame)
    const context = this._container.getContext('2d')
    const [table, rows, bounds] = [this.#table, this.#rows, this._bounds]
    if (context === null || table === null || bounds?.min === undefined) return
    const size = bounds.getSize()
    const scale = WORLD_PX * 2 ** this._map.getZoom()
    const origin = this._map.getPixelOrigin().add(bounds.min)
    const columns = Math.ceil(size.x / CELL_PX) + 1
    const taken = new Uint8Array(columns * (Math.ceil(size.y / CELL_PX) + 1))
    const density = this._container.width / size.x
    context.setTransform(density, 0, 0, density, 0, 0)
    context.clearRect(0, 0, size.x, size.y)
    const drawFrom = (start: number) => {
      const end = Math.min(rows.length, start + ROWS_PER_FRAME)
      for (let n = start; n < end; n++) {
        const row = rows[n] as number
        const x: number = (table.x[row] as number) * scale - origin.x
        const y: number = (table.y[row] as number) * scale - origin.y
        // Without a position both are NaN, and no comparison holds.
        if (!(x >= 0 && y >= 0 && x <= size.x && y <= size.y)) continue
        const cell = Math.floor(y / CELL_PX) * columns + Math.floor(x / CELL_PX)
        if (taken[cell] === 1) continue
        taken[cell] = 1
        const sprite = this.#spriteOf(table.category[row] as number, density)
        context.drawImage(sprite, x - POINT_PX / 2, y - POINT_PX / 2, POINT_PX, POINT_PX)
      }
      if (end < rows.length) this.#frame = window.requestAnimationFrame(() => drawFrom(end))
    }
    drawFrom(0)
  }

  /** A point of each colour is drawn once and copied: an arc for each would take ten times as long. */
  #spriteOf(category: number, density: number): HTMLCanvasElement {
    const color = this.#colors[category] ?? this.#colors[this.#colors.length - 1] ?? '#000000'
    const key = `${color} ${density}`
    const known = this.#sprites.get(key)
    if (known !== undefined) return known
    const sprite = document.createElement('canvas')
    sprite.width = sprite.height = POINT_PX * density
    const context = sprite.getContext('2d')
    if (context !== null) {
      context.scale(density, density)
      context.arc(POINT_PX / 2, POINT_PX / 2, POINT_PX / 2 - 1.5, 0, 2 * Math.PI)
      context.fillStyle = color
      context.fill()
      context.lineWidth = 1.5
      context.strokeStyle = '#ffffff'
      context.stroke()
    }
    this.#sprites.set(key, sprite)
    return sprite
  }
}
