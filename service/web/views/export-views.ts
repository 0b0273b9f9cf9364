import type { Readable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { ExportOrder, Exports } from '../../exports/exports.ts'
import type { ProjectId } from '../../ids.ts'
import type { ExportFormat, ExportPlanView, ExportRunView } from '../export-schemas.ts'
import type { ExportScope, ExportService, ProjectService } from '../services.ts'
import type { OpenMirrors } from './open-mirrors.ts'

/** Characters of a project's name in the name of a file. FAT and mail programs stop at 255 for the whole. */
const NAME_CHARACTERS = 80

/** Exports as the office orders and follows them. */
export class ExportViews implements ExportService {
  readonly #exports: Exports
  readonly #mirrors: OpenMirrors
  readonly #projects: Pick<ProjectService, 'get'>
  readonly #clock: Clock

  constructor(parts: {
    exports: Exports
    mirrors: OpenMirrors
    projects: Pick<ProjectService, 'get'>
    clock: Clock
  }) {
    this.#exports = parts.exports
    this.#mirrors = parts.mirrors
    this.#projects = parts.projects
    this.#clock = parts.clock
  }

  async plan(projectId: ProjectId, scope: ExportScope): Promise<ExportPlanView> {
    const { observations, tracks, media } = await this.#exports.plan(this.#mirrors.of(projectId), scope)
    const { files: total, ...files } = media
    const freeBytes = await this.#exports.usbFreeBytes()
    return {
      observations,
      tracks,
      files: { total, ...files },
      usb: freeBytes === null ? null : { freeBytes }
    }
  }

  async download(
    projectId: ProjectId,
    format: ExportFormat,
    scope: ExportScope,
    run?: string
  ): Promise<{ fileName: string; bytes: Readable }> {
    const order = await this.#order(projectId, format, scope)
    return { fileName: order.fileName, bytes: this.#exports.download(order, run) }
  }

  async toUsb(projectId: ProjectId, format: ExportFormat, scope: ExportScope): Promise<ExportRunView> {
    return this.#exports.toUsb(await this.#order(projectId, format, scope))
  }

  list(): ExportRunView[] {
    return this.#exports.list()
  }

  get(id: string): ExportRunView {
    return this.#exports.get(id)
  }

  cancel(id: string): Promise<ExportRunView> {
    return this.#exports.cancel(id)
  }

  async #order(projectId: ProjectId, format: ExportFormat, scope: ExportScope): Promise<ExportOrder> {
    const mirror = this.#mirrors.of(projectId)
    const { name } = await this.#projects.get(projectId)
    // To the second: a second export of a day must not take the place of the first.
    const time = new Date(this.#clock.now()).toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-')
    const fileName = `${fileNameOf(name ?? projectId.slice(0, 8))}_${time}.${format}`
    return { projectId, mirror, format, scope, fileName }
  }
}

/** What every file system takes: letters and digits of any script. */
function fileNameOf(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}_-]+/gu, '_').replace(/^_+|_+$/g, '')
  return safe.slice(0, NAME_CHARACTERS) || 'project'
}
