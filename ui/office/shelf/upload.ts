import type { ShelfView, UploadView } from '../../../service/web/shelf-schemas.ts'
import { get, post, Refused, request } from '../../model/request.ts'

/** What the hub takes in one request: `CHUNK_MAX_BYTES` of its schemas. */
const CHUNK_BYTES = 512 * 1024
/** Tries of one chunk while the hub does not answer: a minute of walking through a gap of the Wi-Fi. */
const TRIES = 12
const PAUSE_MS = 5_000

/**
 * Sends a file chunk by chunk, and goes on after a lost connection where the hub says that it is.
 * @param onProgress is told the fraction that has arrived
 * @throws Refused
 */
export async function upload(file: File, onProgress: (fraction: number) => void): Promise<void> {
  let state = await post<UploadView>('/api/shelf/uploads', { name: file.name, size: file.size })
  let tries = 0
  while (state.file === null) {
    onProgress(state.received / file.size)
    try {
      state = await send(state, file)
      tries = 0
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'UNREACHABLE' || ++tries > TRIES) throw error
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE_MS))
      // The chunk may have arrived, and only the answer been lost; with the last one the upload is over.
      if (await isOnShelf(file)) break
      state = await get<UploadView>(`/api/shelf/uploads/${state.id}`).catch(() => state)
    }
  }
  onProgress(1)
}

async function isOnShelf(file: File): Promise<boolean> {
  const { files } = await get<ShelfView>('/api/shelf').catch(() => ({ files: [] }))
  return files.some(({ name, size }) => name === file.name && size === file.size)
}

function send({ id, received }: UploadView, file: File): Promise<UploadView> {
  return request<UploadView>(`/api/shelf/uploads/${id}?offset=${received}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: file.slice(received, received + CHUNK_BYTES)
  })
}
