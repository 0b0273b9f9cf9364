import type { Shelf, ShelfFile, UploadProgress } from '../../shelf/shelf.ts'
import type { UploadService } from '../services.ts'
import type { KeptFileView, UploadView } from '../upload-schemas.ts'

/** Uploads to a shelf as the page sees them. */
export class ShelfUploads implements UploadService {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
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
}

export function fileView({ addedAt, ...file }: ShelfFile): KeptFileView {
  return { ...file, addedAt: new Date(addedAt).toISOString() }
}

function uploadView({ file, ...upload }: UploadProgress): UploadView {
  return { ...upload, file: file && fileView(file) }
}
