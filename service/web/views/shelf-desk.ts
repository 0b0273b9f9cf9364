import { shelfType } from '../../shelf/file-name.ts'
import { SHELF_QUOTA_BYTES, type Shelf, type ShelfFile, type UploadProgress } from '../../shelf/shelf.ts'
import type { ShelfService } from '../services.ts'
import type { ShelfFileView, ShelfView, UploadView } from '../shelf-schemas.ts'

/** The shelf as the page sees it. */
export class ShelfDesk implements ShelfService {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  get directory(): string {
    return this.#shelf.directory
  }

  async list(): Promise<ShelfView> {
    const files = await this.#shelf.list()
    return {
      files: files.map(fileView),
      usedBytes: files.reduce((sum, { size }) => sum + size, 0),
      quotaBytes: SHELF_QUOTA_BYTES
    }
  }

  async begin(name: string, size: number): Promise<UploadView> {
    return uploadView(await this.#shelf.begin(name, size))
  }

  async progress(uploadId: string): Promise<UploadView> {
    return uploadView(this.#shelf.progress(uploadId))
  }

  async append(uploadId: string, offset: number, bytes: Buffer): Promise<UploadView> {
    return uploadView(await this.#shelf.append(uploadId, offset, bytes))
  }

  cancel(uploadId: string): Promise<void> {
    return this.#shelf.cancel(uploadId)
  }

  remove(name: string): Promise<void> {
    return this.#shelf.remove(name)
  }

  typeOf(name: string): string {
    return shelfType(name)
  }
}

function fileView({ addedAt, ...file }: ShelfFile): ShelfFileView {
  return { ...file, addedAt: new Date(addedAt).toISOString() }
}

function uploadView({ file, ...upload }: UploadProgress): UploadView {
  return { ...upload, file: file && fileView(file) }
}
