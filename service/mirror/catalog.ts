import { allDocuments, type MirrorDocument } from './document-queries.ts'
import type { Snapshot } from './snapshot.ts'

type Preset = MirrorDocument<'preset'>
type Field = MirrorDocument<'field'>
type Translation = MirrorDocument<'translation'>
type TagValue = MirrorDocument<'observation'>['tags'][string]

/**
 * Most documents of each kind that are read. A category file has at most 1 MiB of each; projects have some fifty categories,
 * a hundred fields, and a few thousand translations.
 */
const MAX_DOCUMENTS = 20_000

/** One answer to a question of the app's form, in words. */
export interface LabelledTag {
  readonly tagKey: string
  readonly label: string
  readonly value: string
  /** Whether a field of the project explains the tag. */
  readonly known: boolean
}

/**
 * The categories of a project, the questions that belong to them, and both in the languages that the project has. Deleted
 * ones stay: a new category file deletes all that were there, and what was collected before is still of these.
 */
export class Catalog {
  readonly categories: ReadonlyMap<string, Preset>
  readonly #fields: ReadonlyMap<string, Field>
  readonly #fieldsByTag = new Map<string, Field>()
  /** By docId, property and language. */
  readonly #messages = new Map<string, string>()

  private constructor(
    presets: readonly Preset[],
    fields: readonly Field[],
    translations: readonly Translation[]
  ) {
    this.categories = new Map(presets.map((preset) => [preset.docId, preset]))
    this.#fields = new Map(fields.map((field) => [field.docId, field]))
    for (const field of fields) {
      if (!field.deleted || !this.#fieldsByTag.has(field.tagKey)) this.#fieldsByTag.set(field.tagKey, field)
    }
    for (const { docRef, propertyRef, languageCode, regionCode, message } of translations) {
      if (message === '') continue
      const { language } = localeOf(languageCode)
      this.#messages.set(messageKey(docRef.docId, propertyRef, `${language}-${regionCode ?? ''}`), message)
      // A language without a region stands for all of its regions, and one of these for the language when there is no other.
      const plain = messageKey(docRef.docId, propertyRef, language)
      if (regionCode === undefined || !this.#messages.has(plain)) this.#messages.set(plain, message)
    }
  }

  static async read(snapshot: Snapshot): Promise<Catalog> {
    return new Catalog(
      await firstOf(allDocuments(snapshot, 'preset')),
      await firstOf(allDocuments(snapshot, 'field')),
      await firstOf(allDocuments(snapshot, 'translation'))
    )
  }

  /** @param language BCP 47, as the page speaks it */
  nameOf(preset: Preset, language: string): string {
    return this.#translated(preset.docId, 'name', language) ?? preset.name
  }

  /**
   * The tags of a document as question and answer: those of its category in the order of the app's form, then the others in
   * that of the document. Tags that the category itself sets say nothing beyond it and are left out.
   */
  labelled(
    { tags, presetRef }: Pick<MirrorDocument<'observation'>, 'tags' | 'presetRef'>,
    language: string
  ): LabelledTag[] {
    const preset = presetRef === undefined ? undefined : this.categories.get(presetRef.docId)
    const asked = (preset?.fieldRefs ?? [])
      .map(({ docId }) => this.#fields.get(docId)?.tagKey)
      .filter((key): key is string => key !== undefined && Object.hasOwn(tags, key))
    const implied = new Set(Object.keys({ ...preset?.tags, ...preset?.addTags }))
    const others = Object.keys(tags).filter((key) => !asked.includes(key) && !implied.has(key))
    return [...new Set([...asked, ...others])].map((tagKey) => {
      return {
        tagKey,
        label: this.labelOf(tagKey, language) ?? tagKey,
        value: this.valueOf(tagKey, tags[tagKey], language),
        known: this.#fieldsByTag.has(tagKey)
      }
    })
  }

  /** @returns the question that a tag answers; undefined where the project has none */
  labelOf(tagKey: string, language: string): string | undefined {
    const field = this.#fieldsByTag.get(tagKey)
    return (field && (this.#translated(field.docId, 'label', language) ?? field.label)) || undefined
  }

  /** @returns the answer as the app shows it */
  valueOf(tagKey: string, value: TagValue | undefined, language: string): string {
    return this.#valueOf(this.#fieldsByTag.get(tagKey), value, language)
  }

  #valueOf(field: Field | undefined, value: TagValue | undefined, language: string): string {
    if (Array.isArray(value)) return value.map((one) => this.#valueOf(field, one, language)).join(', ')
    const options = field?.options ?? []
    const number = options.findIndex((option) => option.value === value)
    const option = options[number]
    if (field === undefined || option === undefined) return textOf(value)
    // CoMapeo: a property is named in dot notation, the label of the first option is `options.0.label`.
    return this.#translated(field.docId, `options.${number}.label`, language) ?? option.label
  }

  #translated(docId: string, property: string, language: string): string | undefined {
    const { language: plain, region } = localeOf(language)
    const exact =
      region === undefined ? undefined : this.#messages.get(messageKey(docId, property, `${plain}-${region}`))
    return exact ?? this.#messages.get(messageKey(docId, property, plain))
  }
}

/**
 * Changes whenever documents of config cores arrive. Phones write categories nowhere else; what a device puts into another
 * core is seen at the next change or start.
 */
export async function configurationVersion(snapshot: Snapshot): Promise<string> {
  const cores = await snapshot.cores()
  return JSON.stringify(cores.filter(({ namespace }) => namespace === 'config').map(({ read }) => read))
}

function textOf(value: Exclude<TagValue, readonly unknown[]> | undefined): string {
  return value === null || value === undefined ? '' : String(value)
}

function messageKey(docId: string, property: string, language: string): string {
  return `${docId}\0${property}\0${language}`
}

/**
 * CoMapeo writes ISO 639-3 (`spa`), pages say ISO 639-1 where there is one (`es`): both become the latter. What is no
 * language tag stands for itself.
 */
function localeOf(tag: string): { language: string; region?: string | undefined } {
  try {
    return new Intl.Locale(tag)
  } catch {
    return { language: tag }
  }
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const first: Item[] = []
  for await (const item of items) {
    if (first.push(item) === MAX_DOCUMENTS) break
  }
  return first
}
