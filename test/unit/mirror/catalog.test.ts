import { encode } from '@comapeo/schema'
import t from 'tap'
import { readIcon } from '../../../service/mirror/icons.ts'
import { at, docId, Project } from './project.ts'

const common = (id: string) => ({
  docId: id,
  createdAt: at(0),
  updatedAt: at(0),
  deleted: false,
  links: [] as []
})

t.test(
  'tags come as the questions and answers of the category, in the language that is asked for',
  async (t) => {
    const project = await Project.open(t)
    const a = await project.author()
    const [category, kind, people, note] = [docId(), docId(), docId(), docId()]
    const field = (id: string, tagKey: string, label: string, options?: { label: string; value: string }[]) =>
      a.append(
        'config',
        encode({ schemaName: 'field', ...common(id), tagKey, type: 'selectOne', label, options } as never)
      )
    await field(kind, 'kind', 'Kind of camp', [
      { label: 'Hunters', value: 'hunt' },
      { label: 'Miners', value: 'mine' }
    ])
    await field(people, 'people', 'How many people?')
    const refs = [people, kind].map((id) => ({ docId: id, versionId: `${a.driveId}/0` }))
    await a.append(
      'config',
      encode({
        schemaName: 'preset',
        ...common(category),
        name: 'Camp',
        geometry: ['point'],
        tags: { type: 'camp' },
        addTags: {},
        removeTags: {},
        fieldRefs: refs,
        terms: []
      } as never)
    )
    const translate = (
      ref: string,
      propertyRef: string,
      message: string,
      languageCode: string,
      regionCode?: string
    ) =>
      a.append(
        'config',
        encode({
          schemaName: 'translation',
          ...common(docId()),
          docRef: { docId: ref, versionId: `${a.driveId}/0` },
          docRefType: ref === category ? 'preset' : 'field',
          propertyRef,
          languageCode,
          regionCode,
          message
        } as never)
      )
    await translate(category, 'name', 'Campamento', 'spa')
    await translate(kind, 'label', 'Tipo de campamento', 'spa')
    await translate(kind, 'options.1.label', 'Mineros', 'spa')
    await translate(category, 'name', 'Acampamento', 'por', 'BR')
    const mirror = await project.mirror(t)
    const catalog = await mirror.catalog()
    const document = {
      tags: { type: 'camp', note: 'by the river', kind: ['hunt', 'mine'], people: 4 },
      presetRef: { docId: category, versionId: '' }
    }
    t.same(catalog.labelled(document, 'en'), [
      { tagKey: 'people', label: 'How many people?', value: '4', known: true },
      { tagKey: 'kind', label: 'Kind of camp', value: 'Hunters, Miners', known: true },
      { tagKey: 'note', label: 'note', value: 'by the river', known: false }
    ])
    t.match(catalog.labelled(document, 'es-419'), [
      { label: 'How many people?' },
      { label: 'Tipo de campamento', value: 'Hunters, Mineros' },
      { label: 'note' }
    ])
    const preset = catalog.categories.get(category)
    t.ok(preset)
    if (preset === undefined) return
    t.equal(catalog.nameOf(preset, 'es'), 'Campamento')
    t.equal(catalog.nameOf(preset, 'pt-BR'), 'Acampamento')
    t.equal(
      catalog.nameOf(preset, 'pt'),
      'Acampamento',
      'a region stands for its language where there is no other'
    )
    t.equal(catalog.nameOf(preset, 'fr'), 'Camp')
    t.equal(catalog.nameOf(preset, 'not-a-language-at-all'), 'Camp')

    t.equal(await mirror.catalog(), catalog, 'is kept while nothing of it changes')
    await field(note, 'note', 'Remarks')
    await mirror.caughtUp()
    t.match((await mirror.catalog()).labelled(document, 'en')[2], { label: 'Remarks', known: true })
  }
)

t.test('an icon is the block that its document names, and only one of a config core', async (t) => {
  const project = await Project.open(t)
  const a = await project.author()
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
  const inConfig = await a.append('config', svg)
  const inData = await a.append('data', svg)
  const [good, bad, unknown] = [docId(), docId(), docId()]
  for (const [id, blobVersionId] of [
    [good, inConfig],
    [bad, inData],
    [unknown, `${a.core('config').discoveryKey}/999`]
  ]) {
    const variants = [{ mimeType: 'image/svg+xml', size: 'medium', blobVersionId }]
    await a.append(
      'config',
      encode({ schemaName: 'icon', ...common(id as string), name: 'camp', variants } as never)
    )
  }
  const mirror = await project.mirror(t)
  const read = (id: string) => mirror.query((snapshot, sources) => readIcon(snapshot, sources, id))
  t.same(await read(good), { mimeType: 'image/svg+xml', bytes: svg })
  for (const id of [bad, unknown, docId()]) t.equal(await read(id), null)
})
