// image-contents.ts WORK: prints one SPDX document of an image, from the files that the build left in its work folder.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface SpdxPackage {
  SPDXID: string
  name: string
  versionInfo: string
  [field: string]: unknown
}

interface SpdxDocument {
  name: string
  documentNamespace: string
  creationInfo: { created: string; creators: string[] }
  packages: SpdxPackage[]
  relationships: { spdxElementId: string; relatedSpdxElement: string; relationshipType: string }[]
}

const [work = '.'] = process.argv.slice(2)
const { BUILD_ID = 'unknown', SOURCE_DATE_EPOCH = '0' } = process.env

const document = JSON.parse(await readFile(join(work, 'npm.spdx.json'), 'utf8')) as SpdxDocument
const root = document.packages[0]
if (root === undefined) throw new Error('npm listed no package')

// Made from the build and not by chance or clock, so that the same image has the same list.
document.name = `waystation-image-${BUILD_ID}`
document.documentNamespace = `https://waystation.invalid/spdx/${BUILD_ID}`
document.creationInfo.created = new Date(Number(SOURCE_DATE_EPOCH) * 1000).toISOString().replace('.000', '')

const removed = await listed('image/packages/removed')
for (const fields of paragraphs(await readFile(join(work, 'dpkg', 'status'), 'utf8'))) {
  const { Package: name, Version: version, Architecture: architecture = '' } = fields
  if (name === undefined || version === undefined || removed.has(name)) continue
  add({
    SPDXID: `SPDXRef-Debian-${name.replace(/[^A-Za-z0-9.-]/g, '-')}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    licenseComments: await licences(name),
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=trixie`
      }
    ]
  })
}
const node = (await readFile('image/node-runtime.lock', 'utf8')).match(/^node-linux-\S+ (\S+)/m)?.[1]
if (node === undefined) throw new Error('image/node-runtime.lock names no version')
add({
  SPDXID: 'SPDXRef-Node.js',
  name: 'node',
  versionInfo: node,
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'MIT'
})
process.stdout.write(`${JSON.stringify(document, null, 1)}\n`)

function add(one: SpdxPackage): void {
  document.packages.push(one)
  document.relationships.push({
    spdxElementId: one.SPDXID,
    relatedSpdxElement: root?.SPDXID ?? '',
    relationshipType: 'RUNTIME_DEPENDENCY_OF'
  })
}

/** What a package's machine-readable copyright file names, in Debian's words; the file itself is in the image. */
async function licences(name: string): Promise<string> {
  const file = join(work, 'dpkg', 'copyright', name, 'copyright')
  const text = await readFile(file, 'utf8').catch(() => '')
  const named = new Set([...text.matchAll(/^License:[ \t]*(\S.*)$/gm)].map((match) => match[1]?.trim()))
  return named.size === 0 ? `see /usr/share/doc/${name}/copyright` : [...named].sort().join('; ')
}

/** Fields of each paragraph of a dpkg status file, without continuation lines. */
function paragraphs(text: string): Partial<Record<string, string>>[] {
  return text.split(/\n\n+/).map((paragraph) => {
    const fields: Record<string, string> = {}
    for (const [, key, value] of paragraph.matchAll(/^([A-Za-z-]+): (.*)$/gm)) {
      if (key !== undefined && value !== undefined) fields[key] = value
    }
    return fields
  })
}

async function listed(path: string): Promise<Set<string>> {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.replace(/#.*/, '').trim())
  return new Set(lines.filter((line) => line !== ''))
}
