// A hub and four phones on this machine, each in its own process: phones of three released versions collect observations with
// photos, come to the hub one after the other, and all end up with everything. Ends by itself: 0 when they did, 1 when not.
// Needs what `npm run build` and `npm run phones:install` make.
import { once } from 'node:events'
import { styleText } from 'node:util'
import type { PhoneVersion, TakenObservation } from '../test/phones/commands.ts'
import { startPhone } from '../test/phones/phone.ts'
import { goOnline, inviteHub, type Camper } from '../test/support/camp.ts'
import { HubOffice } from '../test/support/hub-office.ts'
import { startHub, type HubProcess } from '../test/support/hub-process.ts'
import { inviteDirectly } from '../test/support/invite-directly.ts'
import { Owner } from './bench/owner.ts'

const PEOPLE: readonly { name: string; version: PhoneVersion }[] = [
  { name: 'Ana', version: '7.1.0' },
  { name: 'Ben', version: '7.1.0' },
  { name: 'Cora', version: '5.5.0' },
  { name: 'Davi', version: '2.0.0' }
]
const HUB_NAME = 'Base camp'
const EACH = 3
const ALL = EACH * PEOPLE.length
const PHOTO_BYTES = 1_500_000

function tell(who: string, what: string): void {
  process.stdout.write(`${styleText('bold', who.padEnd(HUB_NAME.length))}  ${what}\n`)
}

function chapter(title: string): void {
  process.stdout.write(`\n${styleText('cyan', title)}\n`)
}

interface Collected extends Camper {
  taken: TakenObservation[]
}

async function demo(owner: Owner): Promise<void> {
  chapter('The hub and the phones start')
  const [hub, ...phones] = await Promise.all([
    startHub(owner, { name: HUB_NAME, built: true }),
    ...PEOPLE.map((person) => startPhone(owner, person))
  ])
  const office = new HubOffice(hub)
  tell(HUB_NAME, `is up, and its page is ${hub.url}`)
  for (const { name, version } of phones) tell(name, `has a phone with CoMapeo core ${version}`)

  chapter('Ana makes a project and invites the hub; then she meets the others, who have never seen the hub')
  const campers = await gather(hub, phones)

  chapter(`Each goes off alone and makes ${EACH} observations with a photo`)
  const collected: Collected[] = []
  for (const camper of campers) {
    const taken = await camper.project.observeMany(EACH, {
      tags: { by: camper.phone.name },
      photos: 1,
      photoBytes: PHOTO_BYTES
    })
    collected.push({ ...camper, taken })
    tell(camper.phone.name, `has ${EACH} observations and ${EACH} photos`)
  }

  chapter('They come to the hub one after the other; phones are connected to the hub alone')
  await Promise.all([watchHub(office, campers[0].project.id), visit(hub, collected)])

  chapter('Everybody holds everything')
  for (const { phone, project } of campers) {
    const observations = (await project.observations()).length
    tell(phone.name, `${observations} of ${ALL} observations, ${ALL} of ${ALL} photos, byte for byte`)
    if (observations !== ALL) throw new Error(`${phone.name} shows ${observations} observations`)
  }
  tell(HUB_NAME, `${ALL} of ${ALL} observations, ${ALL} of ${ALL} photos`)
}

async function gather(hub: HubProcess, phones: Camper['phone'][]): Promise<[Camper, ...Camper[]]> {
  const [ana, ...others] = phones
  if (ana === undefined) throw new Error('there is nobody')
  const project = await ana.createProject('Forest')
  await inviteHub({ phone: ana, project }, hub)
  tell(ana.name, `has invited ${HUB_NAME}, which accepted`)
  const campers: [Camper, ...Camper[]] = [{ phone: ana, project }]
  for (const phone of others) {
    campers.push({ phone, project: await inviteDirectly({ inviter: ana, project }, phone) })
    await phone.disconnect()
    tell(phone.name, `has joined by ${ana.name}'s invite, and they part`)
  }
  await ana.disconnect()
  return campers
}

/** The first leaves everything at the hub and goes before the others come, and comes back among them. */
async function visit(hub: HubProcess, collected: readonly Collected[]): Promise<void> {
  const [first, ...later] = collected
  if (first === undefined) throw new Error('there is nobody')
  await goOnline(first, hub)
  await first.project.doneWith(hub.deviceId)
  await first.phone.disconnect()
  tell(first.phone.name, 'has left everything at the hub, and goes')
  const stay = async (camper: Collected) => {
    await goOnline(camper, hub)
    tell(camper.phone.name, camper === first ? 'is back at the hub' : 'is at the hub')
    await holdEverything(camper, collected)
    await camper.project.doneWith(hub.deviceId)
    tell(camper.phone.name, 'is up to date with the hub')
  }
  await Promise.all([...later, first].map(stay))
}

/** Tells whenever the phone holds more, until it holds all of it and every photo is the one that was taken. */
async function holdEverything({ phone, project }: Camper, collected: readonly Collected[]): Promise<void> {
  let held = (await project.observations()).length
  while (held < ALL) {
    held = (await project.waitForCount('observation', held + 1)).length
    tell(phone.name, `holds ${held} of ${ALL} observations`)
  }
  for (const { phone: author, taken } of collected) {
    const photos = taken.flatMap(({ photos }) => photos)
    const originals = await project.waitForPhotos(photos, 'original')
    for (const [index, photo] of photos.entries()) {
      if (originals[index] !== photo.sha256.original) throw new Error(`${phone.name} holds a damaged photo`)
    }
    if (author !== phone) tell(phone.name, `holds the photos of ${author.name}`)
  }
}

/** Tells whenever the hub's mirror shows more, until it shows everything. */
async function watchHub(office: HubOffice, projectId: string): Promise<void> {
  let told = ''
  await office.until('the hub holds everything', async () => {
    const { observations, photos } = await office.project(projectId)
    const line = `holds ${observations ?? 0} observations and ${photos?.held ?? 0} photos`
    if (line !== told) tell(HUB_NAME, line)
    told = line
    return observations === ALL && photos?.held === ALL ? true : undefined
  })
}

const start = performance.now()
try {
  const interrupted = once(process, 'SIGINT').then(() => {
    throw new Error('interrupted')
  })
  await Owner.with((owner) => Promise.race([demo(owner), interrupted]))
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  process.stdout.write(`\n${styleText('green', 'Done')} in ${seconds} s.\n`)
  process.exit(0)
} catch (error) {
  process.stderr.write(`\n${styleText('red', 'The demo failed:')} ${String(error)}\n`)
  process.exit(1)
}
