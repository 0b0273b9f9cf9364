import type { UploadView } from '../../../service/web/upload-schemas.ts'
import { get, post, Refused, request } from '../../model/request.ts'

/** What the hub takes in one request: `CHUNK_MAX_BYTES` of its schemas. */
const CHUNK_BYTES = 512 * 1024
/** Tries of one chunk while the hub does not answer: a minute of walking through a gap of the Wi-Fi. */
const TRIES = 12
const PAUSE_MS = 5_000

interface Upload {
  file: File
  /** Where it goes: `/api/shelf`, `/api/maps`. */
  path: string
  /** Whether the hub has the file already. */
  isThere: (file: File) => Promise<boolean>
  /** Is told the fraction that has arrived. */
  onProgress: (fraction: number) => void
}

/**
 * Sends a file chunk by chunk, and goes on after a lost connection where the hub says that it is.
 * @throws Refused
 */
export async function upload({ file, path, isThere, onProgress }: Upload): Promise<void> {
  let state = await post<UploadView>(`${path}/uploads`, { name: file.name, size: file.size })
  let tries = 0
  while (state.file === null) {
    onProgress(state.received / file.size)
    try {
      state = await send(path, state, file)
      tries = 0
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'UNREACHABLE' || ++tries > TRIES) throw error
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE_MS))
      // The chunk may have arrived, and only the answer been lost; with the last one the upload is over.
      if (await isThere(file).catch(() => false)) break
      state = await get<UploadView>(`${path}/uploads/${state.id}`).catch(() => state)
    }
  }
  onProgress(1)
}

function send(path: string, { id, received }: UploadView, file: File): Promise<UploadView> {
  return request<UploadView>(`${path}/uploads/${id}?offset=${received}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: file.slice(received, received + CHUNK_BYTES)
  })
}
