import t from 'tap'
import { listDeletions } from '../../../service/mirror/deletions.ts'
import { at, docId, Project } from './project.ts'

t.test(
  'what was deleted is listed by when it was deleted, with its last content and who did it',
  async (t) => {
    const project = await Project.open(t)
    const [a, b] = [await project.author(), await project.author()]
    const ids = [docId(), docId(), docId()]
    const versions: string[] = []
    for (const id of ids) versions.push(await a.observe({ docId: id, tags: { notes: `about ${id}` } }))
    const remove = (n: number, seconds: number) =>
      b.observe({
        docId: ids[n] as string,
        links: [versions[n] as string],
        originalVersionId: versions[n] as string,
        tags: { notes: `about ${ids[n]}` },
        deleted: true,
        updatedAt: at(seconds)
      })
    await remove(0, 20)
    const restorable = await remove(2, 30)
    const mirror = await project.mirror(t)
    const page = (query: { limit: number; cursor?: string }) =>
      mirror.query((snapshot) => listDeletions(snapshot, 'observation', query))
    const first = await page({ limit: 1 })
    t.match(first.items, [
      {
        docId: ids[2],
        deleted: true,
        updatedAt: at(30),
        updatedBy: b.deviceId,
        createdBy: a.deviceId,
        tags: { notes: `about ${ids[2]}` }
      }
    ])
    const second = await page({ limit: 1, cursor: first.nextCursor ?? '' })
    t.match(second.items, [{ docId: ids[0] }])
    t.equal(second.nextCursor, null)
    t.same(await mirror.query((snapshot) => listDeletions(snapshot, 'track', { limit: 5 })), {
      items: [],
      nextCursor: null
    })

    // An edit that follows a deletion brings the document back.
    await a.observe({
      docId: ids[2] as string,
      links: [restorable],
      originalVersionId: versions[2] as string,
      updatedAt: at(40)
    })
    await mirror.caughtUp()
    const later = await page({ limit: 10 })
    t.same(
      later.items.map((item) => item.docId),
      [ids[0]]
    )
  }
)
