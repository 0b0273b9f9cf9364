import Fastify from 'fastify'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = { '7.1.0': 'core-v7', '5.5.0': 'core-v5', '2.0.0': 'core-v2' }

/**
 * Starts the device whose folder this is: a new one in an empty folder, else the same device as before with all its
 * projects loaded, as the app does with the project that is open in it.
 */
export async function openDevice({ version, name, archive, directory }) {
  const core = await import(PACKAGES[version])
  const drizzle = join(dirname(fileURLToPath(import.meta.resolve(PACKAGES[version]))), '..', 'drizzle')
  const dbFolder = join(directory, 'db')
  await mkdir(dbFolder, { recursive: true })

  const fastify = Fastify()
  const manager = new core.MapeoManager({
    rootKey: await rootKeyOf(directory),
    dbFolder,
    coreStorage: join(directory, 'cores'),
    projectMigrationsFolder: join(drizzle, 'project'),
    clientMigrationsFolder: join(drizzle, 'client'),
    fastify,
    defaultIsArchiveDevice: archive
  })
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  await manager.setDeviceInfo({ name, deviceType: 'mobile' })
  for (const { projectId } of await manager.listProjects()) await manager.getProject(projectId)
  return { core, manager, fastify, version, directory }
}

async function rootKeyOf(directory) {
  const file = join(directory, 'root-key')
  try {
    return await readFile(file)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    const rootKey = randomBytes(16)
    await writeFile(file, rootKey)
    return rootKey
  }
}
