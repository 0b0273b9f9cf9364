import type { Page } from 'playwright-core'
import type { DeviceId } from '../../../service/ids.ts'
import type { DeliveryHolder, DeliveryView } from '../../../service/web/delivery-schemas.ts'
import type { NetworkView } from '../../../service/web/network-schemas.ts'
import type { BoardView, DeviceView, Flow } from '../../../service/web/status-schemas.ts'
import {
  aNetwork,
  NO_FILES,
  NO_MAPS,
  NO_UPDATE,
  OTHER_PROJECT,
  PROJECT,
  type MemoryHub
} from '../../unit/web/memory-hub.ts'

const GIGABYTE = 1e9

/** One view of the page as people may find it: where it is, and what the hub is made to say. */
export interface Stage {
  /** In file names: letters, digits and hyphens. */
  name: string
  /** Behind the `#`. */
  path: string
  /** Whether a person has logged in. */
  inOffice: boolean
  /** Before the page is opened. */
  set?: (hub: MemoryHub) => void
  /** On a hub that nobody has set up. */
  unclaimed?: boolean
  /** What a person does then, in any language: a form that is opened, a passphrase that is wrong. */
  act?: (page: Page) => Promise<void>
}

/** Every view; whoever adds one adds it here, and it is looked at by axe and by the script of the screenshots. */
export const STAGES: readonly Stage[] = [
  { name: 'board', path: '/', inOffice: false, set: aBusyMorning },
  { name: 'board-empty', path: '/', inOffice: false, set: nobodyHere },
  { name: 'board-trouble', path: '/', inOffice: false, set: trouble },
  { name: 'board-first', path: '/', inOffice: false, set: inNoProject, unclaimed: true },
  { name: 'join', path: '/join', inOffice: false, set: aBusyMorning },
  { name: 'join-office', path: '/join', inOffice: true, set: aBusyMorning },
  { name: 'setup', path: '/setup', inOffice: false, set: inNoProject, unclaimed: true },
  { name: 'setup-invite', path: '/setup/invite', inOffice: true, set: inNoProject },
  {
    name: 'setup-restore',
    path: '/setup',
    inOffice: false,
    set: inNoProject,
    unclaimed: true,
    act: (page) => page.locator('summary').first().click()
  },
  { name: 'login', path: '/office', inOffice: false, set: aBusyMorning },
  {
    name: 'login-wrong',
    path: '/office',
    inOffice: false,
    set: aBusyMorning,
    act: async (page) => {
      await page.locator('input[type=password]').fill('not this one at all')
      await page.locator('main form button[type=submit]').click()
      await page.getByRole('alert').waitFor()
    }
  },
  { name: 'office', path: '/office', inOffice: true, set: aBusyMorning },
  { name: 'invites', path: '/office/invites', inOffice: true, set: aBusyMorning },
  { name: 'settings', path: '/office/settings', inOffice: true, set: aBusyMorning },
  {
    name: 'settings-refused',
    path: '/office/settings',
    inOffice: true,
    set: aBusyMorning,
    act: async (page) => {
      await page.locator('#ssid').fill('Ñandú '.repeat(5))
      await page.locator('form:has(#ssid) button[type=submit]').click()
      await page.getByRole('alert').waitFor()
    }
  },
  { name: 'settings-trial', path: '/office/settings', inOffice: true, set: aChangeOnTrial },
  { name: 'projects', path: '/office/projects', inOffice: true, set: aBusyMorning },
  { name: 'project', path: `/office/projects/${PROJECT}`, inOffice: true, set: aBusyMorning },
  {
    name: 'project-table',
    path: `/office/projects/${PROJECT}`,
    inOffice: true,
    set: aBusyMorning,
    act: (page) => page.locator('summary').first().click()
  },
  { name: 'project-unknown', path: `/office/projects/${OTHER_PROJECT}`, inOffice: true, set: aBusyMorning },
  { name: 'nothing-here', path: '/office/attic', inOffice: true, set: aBusyMorning },
  { name: 'choose-project', path: '/office/observations', inOffice: true, set: aBusyMorning },
  {
    name: 'observations',
    path: `/office/projects/${PROJECT}/observations`,
    inOffice: true,
    set: aBusyMorning
  },
  { name: 'tracks', path: `/office/projects/${PROJECT}/tracks`, inOffice: true, set: aBusyMorning },
  { name: 'deletions', path: `/office/projects/${PROJECT}/deletions`, inOffice: true, set: aBusyMorning },
  { name: 'export', path: `/office/projects/${PROJECT}/export`, inOffice: true, set: aBusyMorning },
  { name: 'sessions', path: '/office/sessions', inOffice: true, set: aBusyMorning },
  { name: 'shelf', path: '/office/shelf', inOffice: true, set: aBusyMorning },
  { name: 'shelf-files', path: '/office/shelf', inOffice: true, set: filesOfTheirOwn, act: removeFirst },
  { name: 'maps', path: '/office/maps', inOffice: true, set: aBusyMorning },
  { name: 'maps-own', path: '/office/maps', inOffice: true, set: filesOfTheirOwn, act: removeFirst },
  { name: 'system', path: '/office/system', inOffice: true, set: aBusyMorning },
  { name: 'system-clock-off', path: '/office/system', inOffice: true, set: clockOff },
  {
    name: 'system-updating',
    path: '/office/system',
    inOffice: true,
    set: (hub) => updated(hub, 'installing')
  },
  {
    name: 'system-update-refused',
    path: '/office/system',
    inOffice: true,
    set: (hub) => updated(hub, 'refused')
  },
  {
    name: 'system-reset',
    path: '/office/system',
    inOffice: true,
    set: aBusyMorning,
    act: (page) => page.locator('section[aria-labelledby=power] button').last().click()
  }
]

/** Phones in every state. */
export function aBusyMorning(hub: MemoryHub): void {
  const { settings, ...network } = aNetwork()
  const networkView: NetworkView = {
    ...network,
    radio: RADIO,
    settings: settings && { ...settings, ssid: 'Waystation-Río', country: 'EC' }
  }
  Object.assign(hub, { shelfNow: NO_FILES, mapsNow: NO_MAPS, updateNow: NO_UPDATE, networkView })
  const done = flow({ documents: 12, photos: 4, blocks: 90 }, {})
  setDevices(hub, [
    device(1, {
      name: 'Ana',
      state: 'up-to-date',
      progress: { toHub: done, fromHub: done },
      wants: 'everything'
    }),
    device(2, {
      name: 'Wayra',
      state: 'exchanging',
      wants: 'previews',
      progress: {
        toHub: flow({ documents: 31, photos: 9, blocks: 310 }, { documents: 0, photos: 14, blocks: 470 }),
        fromHub: flow({ documents: 120, photos: 40, blocks: 900 }, { documents: 8, photos: 3, blocks: 80 })
      }
    }),
    device(3, {
      name: 'João’s phone',
      state: 'waiting',
      wants: 'everything',
      progress: {
        toHub: flow({}, { documents: 7, photos: 5, blocks: 120 }),
        fromHub: flow({}, { documents: 140, photos: 62, blocks: 2000 })
      }
    }),
    device(4, { name: null, state: 'unknown-project' }),
    device(5, { name: 'Office laptop', type: 'desktop', state: 'found' }),
    device(6, { name: 'Sari', state: 'away', lastSeenAt: ago(26 * 60) }),
    device(7, { name: 'Old Samsung', state: 'away', lastSeenAt: ago(3 * 24 * 60) })
  ])
  hub.delivery = aMatrix()
  hub.boardOver = {
    ...board(),
    storage: { freeBytes: 23.4 * GIGABYTE, totalBytes: 29 * GIGABYTE, state: 'ok', writing: true },
    network: { ...networkOf(hub), guests: [{ visit: '0123456789ab', joinedAt: ago(3) }], stations: 6 }
  }
}

const RADIO: NetworkView['radio'] = {
  interfaceName: 'wlan0',
  driver: 'brcmfmac',
  country: 'EC',
  channels: [1, 6, 11].map((channel) => ({ channel, band: '2.4GHz', usable: true })),
  wpa3: false,
  isolation: false,
  clientLimit: 8
}

/** The Wi-Fi has been changed, and somebody has come back to it. */
function aChangeOnTrial(hub: MemoryHub): void {
  aBusyMorning(hub)
  const confirmBy = ago(-1.7)
  hub.networkView = { ...hub.networkView, confirmBy }
  hub.boardOver = { ...hub.boardOver, network: { ...networkOf(hub), confirmBy } }
}

/** On the shelf, and maps: one of each kind, and one that the card has lost bytes of. */
function filesOfTheirOwn(hub: MemoryHub): void {
  aBusyMorning(hub)
  const file = (name: string, size: number) => ({
    name,
    size,
    type: 'application/octet-stream',
    addedAt: ago(4000)
  })
  const files = [file('CoMapeo-1.4.0.apk', 118e6), file('categorías del río.comapeocat', 2.1e6)]
  hub.shelfNow = { files, usedBytes: 120.1e6, quotaBytes: 4 * GIGABYTE }
  const map = { addedAt: ago(4000), bounds: null, credits: [] }
  const maps = [
    {
      ...map,
      id: '1'.repeat(32),
      name: 'Río Napo, satélite',
      fileName: 'napo.smp',
      size: 812e6,
      drawing: 'images' as const
    },
    { ...map, id: '2'.repeat(32), name: 'rios', fileName: 'rios.smp', size: 42e6, drawing: null }
  ]
  hub.mapsNow = { maps, usedBytes: 854e6, quotaBytes: 4 * GIGABYTE }
}

async function removeFirst(page: Page): Promise<void> {
  await page.locator('main li button').first().click()
}

export function clockOff(hub: MemoryHub): void {
  aBusyMorning(hub)
  hub.boardOver = {
    ...hub.boardOver,
    hub: { ...(board().hub as BoardView['hub']), clock: ago(60 * 24 * 90) }
  }
}

/** A machine that takes updates. */
function updated(hub: MemoryHub, state: 'installing' | 'refused'): void {
  aBusyMorning(hub)
  const latest = {
    state,
    version: '0.2.0',
    percent: 40,
    detail: state === 'refused' ? 'signature verification failed' : null
  }
  hub.updateNow = { available: true, running: '0.1.0', latest }
}

/** A member that is here and has everything, but for what `over` says. @param number one digit */
export function holder(number: number, over: Partial<DeliveryHolder>): DeliveryHolder {
  return {
    id: `${number}`.repeat(64) as DeviceId,
    name: null,
    role: 'participant',
    isHub: false,
    known: 'now',
    asOf: null,
    takesEverything: true,
    hasEverything: true,
    ...over
  }
}

/** Who has what when two phones have been here today and one not yet. */
export function aMatrix(): DeliveryView {
  const then = { known: 'then', asOf: ago(26 * 60), hasEverything: false } as const
  const holders = [
    holder(9, { name: 'Casa comunal del río', isHub: true }),
    holder(1, { name: 'Ana', role: 'coordinator' }),
    holder(2, { name: 'Wayra', hasEverything: false, takesEverything: false }),
    holder(3, { name: 'Sari', ...then }),
    holder(4, { name: 'Old Samsung', known: 'never', hasEverything: false })
  ]
  const cell = (documents: number, photos: number, photosWanted: number) => ({
    documents,
    photos,
    photosWanted
  })
  const author = (
    at: number,
    documents: number,
    photos: number,
    held: DeliveryView['authors'][0]['held']
  ) => ({
    id: holders[at]?.id ?? ('' as DeviceId),
    name: holders[at]?.name ?? null,
    documents,
    photos,
    held
  })
  return {
    everyoneHasEverything: false,
    holders,
    authors: [
      author(1, 31, 9, [cell(31, 9, 9), cell(31, 9, 9), cell(31, 9, 9), cell(28, 6, 9), null]),
      author(2, 12, 14, [cell(12, 14, 14), cell(12, 14, 14), cell(12, 14, 14), cell(12, 14, 14), null]),
      author(3, 120, 40, [cell(120, 40, 40), cell(120, 40, 40), cell(112, 37, 40), cell(120, 40, 40), null])
    ]
  }
}

/** The hub waits for people. */
export function nobodyHere(hub: MemoryHub): void {
  setDevices(hub, [device(6, { name: 'Sari', state: 'away', lastSeenAt: ago(26 * 60) })])
  hub.boardOver = { ...board(), network: networkOf(hub) }
}

/** Full in two ways: no place on the Wi-Fi, no room on the card. */
export function trouble(hub: MemoryHub): void {
  const done = flow({ documents: 12, photos: 4, blocks: 90 }, {})
  setDevices(hub, [
    device(1, {
      name: 'Ana',
      state: 'up-to-date',
      progress: { toHub: done, fromHub: done },
      wants: 'everything'
    }),
    device(3, {
      name: 'João’s phone',
      state: 'waiting',
      wants: 'everything',
      progress: { toHub: flow({}, { blocks: 120 }), fromHub: flow({}, { blocks: 2000 }) }
    })
  ])
  hub.boardOver = {
    ...board(),
    storage: { freeBytes: 0.1 * GIGABYTE, totalBytes: 29 * GIGABYTE, state: 'full', writing: false },
    warnings: [{ code: 'intake-paused', since: ago(40), count: null, deviceId: null }],
    network: { ...networkOf(hub), stations: 8, clientLimit: 8 }
  }
}

export function inNoProject(hub: MemoryHub): void {
  setDevices(hub, [])
  hub.boardOver = { ...board(), projects: 0, network: networkOf(hub) }
}

/** A device that all may tell apart by its number. */
export function device(number: number, over: Partial<DeviceView>): DeviceView {
  return {
    id: `${number}f3a9c07be51d`.padEnd(64, String(number)) as DeviceId,
    name: null,
    type: 'mobile',
    state: 'found',
    progress: null,
    wants: null,
    lastSeenAt: ago(0),
    ...over
  }
}

export function flow(done: Partial<Flow['done']>, wanted: Partial<Flow['wanted']>): Flow {
  const nothing = { documents: 0, photos: 0, blocks: 0, bytes: 0 }
  return { done: { ...nothing, ...done }, wanted: { ...nothing, ...wanted } }
}

function board(): Partial<BoardView> {
  return {
    hub: {
      name: 'Casa comunal del río',
      deviceId: '5f02c9d81e7a'.padEnd(64, '0') as DeviceId,
      version: '0.1.0',
      startedAt: ago(300),
      clock: ago(0),
      language: 'en'
    },
    storage: { freeBytes: 23.4 * GIGABYTE, totalBytes: 29 * GIGABYTE, state: 'ok', writing: false }
  }
}

function networkOf(hub: MemoryHub): BoardView['network'] {
  return {
    ...hub.network.board(),
    state: 'up',
    ssid: 'Waystation-Río',
    channel: 6,
    stations: 0,
    clientLimit: 8,
    guests: [],
    confirmBy: null
  }
}

function setDevices(hub: MemoryHub, devices: readonly DeviceView[]): void {
  hub.devices.splice(0, hub.devices.length, ...devices)
}

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString()
}
