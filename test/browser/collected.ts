import { randomBytes } from 'node:crypto'
import { encode } from '@comapeo/schema'
import { docId, observation, type Author, type Project } from '../unit/mirror/project.ts'
import { png } from '../support/png.ts'
import { Random } from '../support/random.ts'

// A project as five people would have collected it around a river: for the page to be looked at and measured with.

export const COLLECTORS = ['Ana', 'Beto', 'Chela', 'Dário', 'Éloïse']

export const CATEGORIES = [
  { name: 'Camp', es: 'Campamento', color: '#d95f28', shape: '<path d="M4 20 12 5l8 15z"/>' },
  {
    name: 'River',
    es: 'Río',
    color: '#0066ff',
    shape: '<path d="M3 8c5 5 5-5 9 0s5 0 9 0v4c-4 0-5 5-9 0s-4 5-9 0z"/>'
  },
  { name: 'Threat', es: 'Amenaza', color: '#d92222', shape: '<path d="M12 3 22 21H2z"/>' },
  {
    name: 'Animal',
    es: 'Animal',
    color: '#59a553',
    shape: '<circle cx="12" cy="14" r="6"/><circle cx="6" cy="6" r="3"/><circle cx="18" cy="6" r="3"/>'
  },
  {
    name: 'Plant',
    es: 'Planta',
    color: '#2f7d2a',
    shape: '<path d="M12 21V9c-6 0-8-4-8-7 6 0 8 3 8 7 0-4 2-7 8-7 0 3-2 7-8 7"/>'
  },
  {
    name: 'Path',
    es: 'Camino',
    color: '#8a6d00',
    shape: '<path d="M6 21C6 12 18 12 18 3h-4c0 6-12 6-12 18z"/>'
  }
] as const

const FIRST_MS = Date.UTC(2026, 0, 5, 8)
/** Degrees around which people collect: 50 km. */
const SPREAD = 0.45
const BLOCKS_PER_APPEND = 1_000
/** Of more photos than these only the thumbnails have arrived. */
const PHOTOS_IN_FULL = 1_000
/** Different pictures among many thumbnails. */
const THUMBNAILS = 50

interface Collected {
  readonly authors: readonly Author[]
  /** docIds of observations that are good to look at. */
  readonly edited: string
  readonly forked: string
  readonly deleted: string
  readonly track: string
}

export async function collect(
  project: Project,
  { observations, photos }: { observations: number; photos: number }
): Promise<Collected> {
  const numbers = new Random(11)
  const random = () => numbers.below(2 ** 20) / 2 ** 20
  const authors: Author[] = []
  for (const name of COLLECTORS) {
    const author = await project.author(['auth', 'config', 'data', 'blobIndex', 'blob'])
    const info = { schemaName: 'deviceInfo', ...common(author.deviceId), name, deviceType: 'mobile' }
    await author.append('config', encode(info as never))
    authors.push(author)
  }
  const [first, second] = authors as [Author, Author]
  const categories = await writeCategories(first)
  let written = 0
  for (const [n, author] of authors.entries()) {
    const own = Math.ceil((observations - n) / authors.length)
    const withPhoto = Math.ceil((photos - n) / authors.length)
    const names: string[] = []
    if (photos > PHOTOS_IN_FULL) names.push(...(await writeThumbnails(author, withPhoto)))
    else for (let photo = 0; photo < withPhoto; photo++) names.push(await writePhoto(author, photo))
    for (let from = 0; from < own; from += BLOCKS_PER_APPEND) {
      const blocks = Array.from({ length: Math.min(BLOCKS_PER_APPEND, own - from) }, (_, i) => {
        const at = FIRST_MS + ((from + i) * authors.length + n) * 60_000 * Math.max(1, 200_000 / observations)
        const name = names[from + i]
        const category = Math.floor(random() ** 2 * CATEGORIES.length)
        return observation({
          ...when(at),
          lat: -3 + (random() - 0.5) * SPREAD * 2,
          lon: -60 + (random() - 0.5) * SPREAD * 2,
          tags: {
            type: CATEGORIES[category]?.name.toLowerCase() ?? '',
            kind: 'mine',
            people: Math.floor(random() * 9),
            notes: 'Seen from the river, trees were cut'
          },
          presetRef: categories[category] as { docId: string; versionId: string },
          metadata: {
            position: {
              timestamp: new Date(at).toISOString(),
              mocked: false,
              coords: { latitude: -3, longitude: -60, altitude: 92, accuracy: 4.5 }
            }
          },
          ...(name === undefined ? {} : { attachments: [attachment(author, 'photo', name)] })
        })
      })
      await author.core('data').core.append(blocks)
      written += blocks.length
    }
  }
  if (written !== observations) throw new Error(`${written} of ${observations} observations were written`)
  const special = await writeSpecial(first, second, categories)
  return { authors, ...special }
}

interface Ref {
  readonly docId: string
  readonly versionId: string
}

function common(id: string) {
  const at = new Date(FIRST_MS).toISOString()
  return { docId: id, createdAt: at, updatedAt: at, deleted: false, links: [] as [] }
}

function when(ms: number) {
  const at = new Date(ms).toISOString()
  return { createdAt: at, updatedAt: at }
}

async function writeCategories(author: Author): Promise<Ref[]> {
  const fields: Ref[] = []
  const field = async (tagKey: string, label: string, es: string, options?: object[]) => {
    const id = docId()
    const type = options === undefined ? 'number' : 'selectOne'
    const versionId = await author.append(
      'config',
      encode({ schemaName: 'field', ...common(id), tagKey, type, label, options } as never)
    )
    await translate(author, { docId: id, versionId }, 'field', 'label', es)
    fields.push({ docId: id, versionId })
  }
  await field('people', 'How many people?', '¿Cuántas personas?')
  await field('kind', 'What do they do?', '¿Qué hacen?', [
    { label: 'Hunt', value: 'hunt' },
    { label: 'Dig for gold', value: 'mine' }
  ])
  const refs: Ref[] = []
  for (const { name, es, color, shape } of CATEGORIES) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="${color}">${shape}</svg>`
    const blobVersionId = await author.append('config', Buffer.from(svg))
    const icon = docId()
    const variants = [{ mimeType: 'image/svg+xml', size: 'medium', blobVersionId }]
    const iconVersion = await author.append(
      'config',
      encode({ schemaName: 'icon', ...common(icon), name: name.toLowerCase(), variants } as never)
    )
    const id = docId()
    const preset = {
      schemaName: 'preset',
      ...common(id),
      name,
      color,
      geometry: ['point'],
      tags: { type: name.toLowerCase() },
      addTags: {},
      removeTags: {},
      fieldRefs: fields,
      terms: [],
      iconRef: { docId: icon, versionId: iconVersion }
    }
    const versionId = await author.append('config', encode(preset as never))
    await translate(author, { docId: id, versionId }, 'preset', 'name', es)
    refs.push({ docId: id, versionId })
  }
  return refs
}

async function translate(
  author: Author,
  docRef: Ref,
  docRefType: string,
  propertyRef: string,
  message: string
) {
  const translation = {
    schemaName: 'translation',
    ...common(docId()),
    docRef,
    docRefType,
    propertyRef,
    languageCode: 'spa',
    message
  }
  await author.append('config', encode(translation as never))
}

function attachment(author: Author, type: 'photo' | 'audio', name: string) {
  return { driveDiscoveryId: author.driveId, type, name, hash: '', external: false }
}

async function writePhoto(author: Author, number: number): Promise<string> {
  const name = randomBytes(8).toString('hex')
  await author.writeFile(`/photo/thumbnail/${name}`, picture(32, number))
  await author.writeFile(`/photo/preview/${name}`, picture(96, number))
  // Every third original is still on the phone.
  if (number % 3 !== 2) await author.writeFile(`/photo/original/${name}`, picture(256, number))
  return name
}

async function writeThumbnails(author: Author, count: number): Promise<string[]> {
  const pictures = Array.from({ length: THUMBNAILS }, (_, number) => picture(32, number))
  const names = Array.from({ length: count }, () => randomBytes(8).toString('hex'))
  for (let from = 0; from < count; from += BLOCKS_PER_APPEND) {
    const some = names.slice(from, from + BLOCKS_PER_APPEND)
    await author.writeSmallFiles(
      new Map(some.map((name, n) => [`/photo/thumbnail/${name}`, pictures[n % THUMBNAILS] as Buffer]))
    )
  }
  return names
}

/** An edit by somebody else, a conflict, a deletion, a track, an alert, a recording: one of each, the newest of all. */
async function writeSpecial(a: Author, b: Author, categories: readonly Ref[]) {
  const at = (hours: number) => when(Date.UTC(2026, 10, 20) + hours * 3_600_000)
  const [edited, forked, deleted] = [docId(), docId(), docId()]
  const presetRef = categories[0] as Ref
  const place = { lat: -3.02, lon: -60.03, presetRef }
  const first = await a.observe({ docId: edited, ...at(1), ...place, tags: { people: 3, kind: 'hunt' } })
  const recording = randomBytes(8).toString('hex')
  await b.writeFile(`/audio/original/${recording}`, silence())
  const shown = await writePhoto(b, 0)
  await b.observe({
    docId: edited,
    createdAt: at(1).createdAt,
    updatedAt: at(5).updatedAt,
    links: [first],
    originalVersionId: first,
    ...place,
    lat: -3.021,
    tags: { people: 5, kind: 'mine', notes: 'They came back with a dredge' },
    attachments: [attachment(b, 'photo', shown), attachment(b, 'audio', recording)]
  })
  const base = await a.observe({ docId: forked, ...at(2), ...place, tags: { people: 1 } })
  const edit = { docId: forked, createdAt: at(2).createdAt, links: [base], originalVersionId: base, ...place }
  await a.observe({ ...edit, updatedAt: at(6).updatedAt, tags: { people: 2 } })
  await b.observe({ ...edit, updatedAt: at(7).updatedAt, tags: { people: 20 } })
  const gone = await a.observe({
    docId: deleted,
    ...at(3),
    ...place,
    tags: { people: 7, notes: 'Do not lose this' }
  })
  await b.observe({
    docId: deleted,
    createdAt: at(3).createdAt,
    updatedAt: at(8).updatedAt,
    links: [gone],
    originalVersionId: gone,
    deleted: true,
    ...place,
    tags: { people: 7, notes: 'Do not lose this' }
  })
  const locations = Array.from({ length: 400 }, (_, n) => ({
    timestamp: new Date(Date.UTC(2026, 10, 20, 6) + n * 30_000).toISOString(),
    mocked: false,
    coords: { latitude: -3 + Math.sin(n / 40) * 0.1, longitude: -60.2 + n * 0.001, altitude: 90 + n / 10 }
  }))
  const trackId = docId()
  const track = {
    schemaName: 'track',
    ...common(trackId),
    ...at(4),
    locations,
    observationRefs: [{ docId: edited, versionId: first }],
    tags: { notes: 'Patrol' },
    presetRef: categories[5]
  }
  await a.append('data', encode(track as never))
  const ring = [-60.1, -3.1, -60.0, -3.1, -60.0, -3.0, -60.1, -3.1]
  const alert = {
    schemaName: 'remoteDetectionAlert',
    ...common(docId()),
    ...at(4),
    detectionDateStart: at(-100).createdAt,
    detectionDateEnd: at(-50).createdAt,
    sourceId: 'GLAD-42',
    metadata: { alert_type: 'gold mine' },
    geometry: {
      type: 'Polygon',
      coordinates: [[0, 2, 4, 6].map((i) => [ring[i], ring[i + 1]])]
    }
  }
  await b.append('data', encode(alert as never))
  return { edited, forked, deleted, track: trackId }
}

/** A PNG of one colour with a lighter corner, `size` pixels square. */
function picture(size: number, number: number): Buffer {
  const [red, green, blue] = [(number * 67) % 200, 80 + ((number * 31) % 120), 60 + ((number * 17) % 100)]
  return png(size, (x, y) => {
    const light = Math.floor(((x + size - y) / size) * 40)
    return [red + light, green + light, blue + light]
  })
}

/** A second of silence (WAV, 8 kHz). */
function silence(): Buffer {
  const samples = Buffer.alloc(8_000, 128)
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0',
    'latin1'
  )
  header.writeUInt32LE(36 + samples.length, 4)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}
