import { createHash, randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncStates, until } from './until.js'

// The first and last bytes of every JPEG file: the phone's file server goes by them when it guesses a type.
const JPEG_START = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')
const JPEG_END = Buffer.from('ffd9', 'hex')
// A preview is about 1200 pixels wide and a thumbnail 400: a tenth and a fiftieth of the bytes, as the app makes them.
const SIZES = { original: 1, preview: 10, thumbnail: 50 }

export function photoCommands({ manager }) {
  return {
    async photo({ projectId, ...blob }) {
      return fetchPhoto(await manager.getProject(projectId), blob)
    },
    /** Until the phone holds them all. Gives the SHA-256 of each, in order. */
    async waitForPhotos({ projectId, blobs }) {
      const project = await manager.getProject(projectId)
      const held = []
      return until(syncStates(project), async () => {
        while (held.length < blobs.length) {
          const { sha256 } = await fetchPhoto(project, blobs[held.length])
          if (sha256 === null) return undefined
          held.push(sha256)
        }
        return held
      })
    }
  }
}

/** Takes photos: random bytes in JPEG's clothes, stored in the phone in all three variants. */
export async function takePhotos({ version, directory }, project, count, originalBytes) {
  const taken = []
  for (let number = 0; number < count; number++) {
    const files = {}
    const sha256 = {}
    for (const [variant, divisor] of Object.entries(SIZES)) {
      const bytes = jpeg(Math.round(originalBytes / divisor))
      files[variant] = join(directory, `${variant}.jpg`)
      sha256[variant] = createHash('sha256').update(bytes).digest('hex')
      await writeFile(files[variant], bytes)
    }
    const { driveId, name, type, hash } = await project.$blobs.create(files, { mimeType: 'image/jpeg' })
    for (const file of Object.values(files)) await rm(file)
    taken.push({
      photo: { driveId, type, name, sha256 },
      // Schema 1 does not know the field, schema 2 cannot be without it.
      attachment: {
        driveDiscoveryId: driveId,
        type,
        name,
        hash,
        ...(version === '2.0.0' ? {} : { external: false })
      }
    })
  }
  return taken
}

function jpeg(length) {
  const random = randomBytes(Math.max(0, length - JPEG_START.length - JPEG_END.length))
  return Buffer.concat([JPEG_START, random, JPEG_END])
}

/** Asks the phone's own file server, as the app does to show a photo. */
async function fetchPhoto(project, { driveId, type, variant, name }) {
  const url = await project.$blobs.getUrl({ driveId, type, variant, name })
  try {
    const response = await fetch(url)
    const hash = createHash('sha256')
    for await (const chunk of response.body) hash.update(chunk)
    return { status: response.status, sha256: response.ok ? hash.digest('hex') : null }
  } catch (error) {
    // The phone begins its answer when it holds the beginning of the file, and hangs up where the file ends for it.
    if (!(error instanceof TypeError)) throw error
    return { status: 404, sha256: null }
  }
}
