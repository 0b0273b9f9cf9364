import { ExportSource, NOBODY, type ExportScope } from '../../../service/exports/export-source.ts'
import { FORMATS, type ExportFormat } from '../../../service/exports/formats.ts'
import type { Mirror } from '../../../service/mirror/mirror.ts'

/** @returns the whole file */
export async function written(
  mirror: Mirror,
  format: ExportFormat,
  scope: Partial<ExportScope> = {}
): Promise<Buffer> {
  const chunks: Buffer[] = []
  const stream = mirror.stream(async function* (snapshot, sources) {
    const whole = { filter: {}, language: 'en', ...scope }
    yield* FORMATS[format].write(
      await ExportSource.open({ snapshot, sources, scope: whole, watcher: NOBODY })
    )
  })
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
