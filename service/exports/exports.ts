import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { WaystationError, type ErrorCode } from '../errors.ts'
import { shortId, type ProjectId } from '../ids.ts'
import type { Mirror } from '../mirror/mirror.ts'
import { Resource } from '../resource.ts'
import { bytesNeeded, planExport, type ExportTotals } from './export-plan.ts'
import { ExportSource, type ExportScope, type ExportWatcher } from './export-source.ts'
import { FORMATS, type ExportFormat } from './formats.ts'
import type { UsbStick } from './usb-stick.ts'

/** Exports that ended and are still told of. */
const MAX_RUNS = 20

export type ExportState = 'running' | 'done' | 'failed' | 'cancelled'

/** One export while it is written, and for a while afterwards. Plain values: nobody changes one that was given out. */
export interface ExportRun {
  readonly id: string
  readonly projectId: ProjectId
  readonly format: ExportFormat
  readonly target: 'download' | 'usb'
  readonly fileName: string
  readonly state: ExportState
  readonly startedAt: string
  readonly endedAt: string | null
  /** What there is to do and what is done, in steps of about one document. Total is 0 until it was counted. */
  readonly steps: { readonly done: number; readonly total: number }
  readonly files: { readonly done: number; readonly total: number }
  readonly bytes: number
  /** Why it failed. */
  readonly error: { readonly code: ErrorCode; readonly detail: string } | null
}

export interface ExportOrder {
  readonly projectId: ProjectId
  readonly mirror: Mirror
  readonly format: ExportFormat
  readonly scope: ExportScope
  readonly fileName: string
}

type Chunks = AsyncGenerator<string | Uint8Array>

/** Writes what people collected to files, and tells how far each has come. Nothing is held in memory but what is being written. */
export class Exports extends Resource<{ changed: [run: ExportRun] }> {
  readonly #usb: UsbStick
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #runs = new Map<string, ExportRun>()
  #toUsb: Promise<void> | null = null
  readonly #writing = new Map<string, { abort: AbortController; ended: Promise<void> }>()

  constructor(parts: { usb: UsbStick; clock: Clock; logger: Logger }) {
    super()
    this.#usb = parts.usb
    this.#clock = parts.clock
    this.#logger = parts.logger
  }

  protected override async _close(): Promise<void> {
    for (const { abort } of this.#writing.values()) abort.abort()
    await this.#toUsb
  }

  /** Newest first. */
  list(): ExportRun[] {
    return [...this.#runs.values()].reverse()
  }

  /** @throws EXPORT_NOT_FOUND */
  get(id: string): ExportRun {
    const run = this.#runs.get(id)
    if (run === undefined) throw new WaystationError('EXPORT_NOT_FOUND')
    return run
  }

  /** What an export would hold. */
  plan(mirror: Mirror, scope: ExportScope): Promise<ExportTotals> {
    return mirror.query((snapshot) => planExport(snapshot, scope.filter))
  }

  /** Free room on the USB stick; null while none is plugged in. */
  usbFreeBytes(): Promise<number | null> {
    return this.#usb.freeBytes()
  }

  /**
   * The bytes of an export as they are read. Whoever stops reading ends it.
   * @param id under which its progress is told; chosen by whoever asks, so that a page can follow what its browser loads
   */
  download(order: ExportOrder, id: string = newId()): Readable {
    this.#begin(order, id, 'download')
    const bytes = Readable.from(this.#written(order, id), { objectMode: false })
    // A browser may be gone before the first byte is asked for.
    return bytes.once('close', () => this.#end(id, 'cancelled'))
  }

  /**
   * Begins to write to the stick, and resolves before it is written.
   * @throws USB_MISSING, USB_FULL, EXPORT_RUNNING
   */
  async toUsb(order: ExportOrder): Promise<ExportRun> {
    if (this.#toUsb !== null) throw new WaystationError('EXPORT_RUNNING')
    const writing = this.#writeToUsb(order)
    this.#toUsb = writing
      .then(({ ended }) => ended)
      .catch(() => {
        // Told to whoever ordered it.
      })
    void this.#toUsb.finally(() => (this.#toUsb = null))
    return (await writing).run
  }

  async #writeToUsb(order: ExportOrder): Promise<{ run: ExportRun; ended: Promise<void> }> {
    const free = await this.#usb.freeBytes()
    if (free === null) throw new WaystationError('USB_MISSING')
    const needed = bytesNeeded(await this.plan(order.mirror, order.scope), order.format === 'zip')
    if (needed > free) {
      const [some, room] = [needed, free].map((bytes) => `${Math.ceil(bytes / 1e6)} MB`)
      throw new WaystationError('USB_FULL', `The export takes up to ${some}; the stick has ${room}`)
    }
    const id = newId()
    const run = this.#begin(order, id, 'usb')
    const abort = new AbortController()
    const ended = this.#usb
      .write(order.fileName, this.#written(order, id), abort.signal)
      .catch((error: unknown) => this.#end(id, abort.signal.aborted ? 'cancelled' : 'failed', error))
      .then(() => {
        this.#writing.delete(id)
        if (this.#runs.get(id)?.state === 'running') this.#end(id, 'done')
      })
    this.#writing.set(id, { abort, ended })
    return { run, ended }
  }

  /** Stops writing to the stick. Downloads stop when they are no longer read. @throws EXPORT_NOT_FOUND */
  async cancel(id: string): Promise<ExportRun> {
    const writing = this.#writing.get(id)
    writing?.abort.abort()
    await writing?.ended
    return this.get(id)
  }

  async *#written({ mirror, format, scope }: ExportOrder, id: string): Chunks {
    let isWhole = false
    try {
      const watcher = this.#watcherOf(id)
      for await (const chunk of mirror.stream((snapshot, sources) =>
        chunksOf({ snapshot, sources, scope, watcher }, format, (totals) => this.#counted(id, format, totals))
      )) {
        const run = this.get(id)
        this.#runs.set(id, { ...run, bytes: run.bytes + Buffer.byteLength(chunk) })
        yield chunk
      }
      isWhole = true
    } catch (error) {
      this.#end(id, 'failed', error)
      throw error
    } finally {
      const { state, target } = this.get(id)
      // What goes to the stick is done when it is on the stick.
      if (state === 'running' && (target === 'download' || !isWhole))
        this.#end(id, isWhole ? 'done' : 'cancelled')
    }
  }

  #watcherOf(id: string): ExportWatcher {
    const step = (part: 'steps' | 'files') => {
      const run = this.get(id)
      this.#runs.set(id, { ...run, [part]: { ...run[part], done: run[part].done + 1 } })
    }
    return { documentWritten: () => step('steps'), fileWritten: () => step('files') }
  }

  #counted(id: string, format: ExportFormat, totals: ExportTotals): void {
    const run = this.get(id)
    const files = format === 'zip' ? totals.media.files - totals.media.missing : 0
    this.#change({
      ...run,
      steps: { ...run.steps, total: FORMATS[format].steps(totals) },
      files: { ...run.files, total: files }
    })
  }

  #begin({ projectId, format, fileName }: ExportOrder, id: string, target: ExportRun['target']): ExportRun {
    if (this.#runs.get(id)?.state === 'running')
      throw new WaystationError('REQUEST_INVALID', 'Another export has this id')
    const run: ExportRun = {
      id,
      projectId,
      format,
      target,
      fileName,
      state: 'running',
      startedAt: this.#now(),
      endedAt: null,
      steps: { done: 0, total: 0 },
      files: { done: 0, total: 0 },
      bytes: 0,
      error: null
    }
    this.#runs.delete(id)
    this.#change(run)
    for (const { id: old, state } of this.#runs.values()) {
      if (this.#runs.size <= MAX_RUNS) break
      if (state !== 'running') this.#runs.delete(old)
    }
    this.#logger.info({ project: shortId(projectId), format, target }, 'export begins')
    return run
  }

  #end(id: string, state: ExportState, error?: unknown): void {
    const run = this.get(id)
    if (run.state !== 'running') return
    const known = error instanceof WaystationError ? error : new WaystationError('INTERNAL')
    const failure = state === 'failed' ? { code: known.code, detail: known.message } : null
    this.#change({ ...run, state, endedAt: this.#now(), error: failure })
    const { projectId, format, target, bytes } = run
    const fields = { project: shortId(projectId), format, target, state, bytes }
    if (state === 'failed') this.#logger.error({ ...fields, err: error }, 'export failed')
    else this.#logger.info(fields, 'export ended')
  }

  #change(run: ExportRun): void {
    this.#runs.set(run.id, run)
    this.emit('changed', run)
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

async function* chunksOf(
  parts: Parameters<typeof ExportSource.open>[0],
  format: ExportFormat,
  counted: (totals: ExportTotals) => void
): Chunks {
  counted(await planExport(parts.snapshot, parts.scope.filter))
  yield* FORMATS[format].write(await ExportSource.open(parts))
}

function newId(): string {
  return randomBytes(16).toString('hex')
}
