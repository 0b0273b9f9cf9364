import { shelfType } from '../../shelf/file-name.ts'
import type { Shelf } from '../../shelf/shelf.ts'
import type { ShelfService } from '../services.ts'
import type { ShelfView } from '../shelf-schemas.ts'
import { fileView, ShelfUploads } from './shelf-uploads.ts'

/** The shelf as the page sees it. */
export class ShelfDesk extends ShelfUploads implements ShelfService {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    super(shelf)
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
      quotaBytes: this.#shelf.quotaBytes
    }
  }

  remove(name: string): Promise<void> {
    return this.#shelf.remove(name)
  }

  typeOf(name: string): string {
    return shelfType(name)
  }
}
