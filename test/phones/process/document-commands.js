import { takePhotos } from './photo-commands.js'
import { indexed, until } from './until.js'

/** What a person collects: observations with photos, tracks, and the other kinds by their schema. */
export function documentCommands(device) {
  const { manager } = device
  const currentVersions = async (project, kind) => project[kind].getMany({ includeDeleted: true })

  return {
    /** `count` observations, one after the other, as a person would make them. */
    async observe({ projectId, count, lat, lon, tags, photos, photoBytes }) {
      const project = await manager.getProject(projectId)
      const made = []
      for (let number = 0; number < count; number++) {
        const taken = await takePhotos(device, project, photos, photoBytes)
        const observation = await project.observation.create({
          schemaName: 'observation',
          lat,
          lon,
          attachments: taken.map(({ attachment }) => attachment),
          tags,
          metadata: {}
        })
        made.push({ ...observation, photos: taken.map(({ photo }) => photo) })
      }
      return made
    },
    async create({ projectId, kind, value }) {
      const project = await manager.getProject(projectId)
      return project[kind].create({ schemaName: kind, ...value })
    },
    /** Changes fields of what the phone shows now, which merges all forks; or of the versions that are named. */
    async edit({ projectId, kind, docId, changes, versionIds }) {
      const project = await manager.getProject(projectId)
      const shown = await project[kind].getByDocId(docId)
      return project[kind].update(versionIds ?? [shown.versionId, ...shown.forks], {
        ...valueOf(shown),
        ...changes
      })
    },
    async delete({ projectId, kind, docId }) {
      const project = await manager.getProject(projectId)
      return project[kind].delete(docId)
    },
    async documents({ projectId, kind, includeDeleted }) {
      const project = await manager.getProject(projectId)
      return project[kind].getMany({ includeDeleted })
    },
    async document({ projectId, kind, docId }) {
      const project = await manager.getProject(projectId)
      return project[kind].getByDocId(docId)
    },
    async waitForCount({ projectId, kind, count }) {
      const project = await manager.getProject(projectId)
      return until(indexed(project, [kind]), async () => {
        const documents = await project[kind].getMany()
        return documents.length >= count ? documents : undefined
      })
    },
    /**
     * Until each of these is what the phone shows for its document, deleted ones included. Reads all documents once and follows
     * the batches from there: thousands are too many to read anew after every batch.
     */
    async waitForVersions({ projectId, kind, versionIds }) {
      const project = await manager.getProject(projectId)
      const shown = new Map()
      const note = (documents) => documents.forEach(({ docId, versionId }) => shown.set(docId, versionId))
      const batches = indexed(project, [kind])
      const subscribe = (recheck) =>
        batches((documents) => {
          note(documents)
          recheck()
        })
      let read = false
      await until(subscribe, async () => {
        if (!read) {
          const documents = await currentVersions(project, kind)
          read = true
          // What a batch has told meanwhile is newer.
          note(documents.filter(({ docId }) => !shown.has(docId)))
        }
        const versions = new Set(shown.values())
        return versionIds.every((versionId) => versions.has(versionId)) ? true : undefined
      })
    }
  }
}

// What is not part of a document's value: the app takes these away before it saves an edit.
const NOT_VALUE = new Set(
  'docId createdAt updatedAt deleted links versionId originalVersionId forks createdBy updatedBy'.split(' ')
)

function valueOf(document) {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !NOT_VALUE.has(name)))
}
