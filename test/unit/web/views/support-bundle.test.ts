import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { Config } from '../../../../service/config.ts'
import type { Mirrors } from '../../../../service/mirror/mirrors.ts'
import type { Projects } from '../../../../service/projects/projects.ts'
import type { SessionHistory } from '../../../../service/sync/session-history.ts'
import { LogBuffer } from '../../../../service/system/log-buffer.ts'
import type { SystemView } from '../../../../service/web/system-schemas.ts'
import { SupportBundle } from '../../../../service/web/views/support-bundle.ts'

/** Words and bytes that must not leave the hub, planted wherever such things can be. */
const marker = () => `marker${randomBytes(16).toString('hex')}`
const hex = () => randomBytes(32).toString('hex')

const NO_TALLY = { documents: 0, photos: 0, blocks: 0, bytes: 0 }

function makeBundle() {
  const names = [marker(), marker()]
  const secrets: string[] = []
  const secret = (value: string) => {
    secrets.push(value)
    return value
  }
  const deviceId = secret(hex())
  const projectId = secret('y'.repeat(20) + marker())
  const log = new LogBuffer()
  const err = Object.assign(new Error(secret(`no such file: ${marker()} at -0.51, -77.3`)), {
    code: 'ENOENT'
  })
  const lines = [
    { level: 30, time: 1, part: 'peers', msg: 'connected', peer: secret(deviceId.slice(0, 7)), port: 4321 },
    {
      level: 50,
      time: 2,
      msg: 'failed',
      err: { type: 'Error', message: err.message, code: err.code, stack: err.stack }
    },
    { level: 50, time: 3, msg: err.message, err: { type: 'Error', message: err.message, stack: err.stack } },
    {
      level: 30,
      time: 4,
      msg: 'ready',
      deviceId,
      http: secret(`http://${marker()}`),
      count: { nested: secret(marker()) }
    }
  ]
  for (const line of lines) log.write(JSON.stringify(line))
  const core = {
    namespace: 'data',
    owner: deviceId,
    key: secret(hex()),
    core: { length: 7, contiguousLength: 5 }
  }
  const project = {
    id: projectId,
    keys: { projectKey: secret(hex()), authKey: secret(hex()) },
    secrets: {
      name: names[0],
      description: secret(marker()),
      encryptionKeys: secret(hex())
    },
    ownRole: 'member',
    members: { proven: () => [deviceId] },
    cores: { all: () => [core] }
  }
  const record = {
    id: secret(marker()),
    deviceId,
    deviceName: names[1],
    projectId,
    startedAt: '2026-05-01T12:00:00.000Z',
    endedAt: null,
    toHub: NO_TALLY,
    fromHub: NO_TALLY,
    complete: true
  }
  // As much of each part as the bundle asks of it.
  const bundle = new SupportBundle({
    config: {
      data: secret(marker()),
      name: secret(marker()),
      network: 'none',
      invites: 'ask'
    } as unknown as Config,
    log,
    projects: { all: () => [project] } as unknown as Projects,
    mirrors: {
      find: () => ({ isCurrent: true, counts: async () => ({ observation: { current: 3 } }) })
    } as unknown as Mirrors,
    history: { list: () => [record] } as unknown as SessionHistory
  })
  return { bundle, names, secrets }
}

const SYSTEM = { version: '0.1.0' } as SystemView

t.test('no key, no id, no position and no name is in the bundle', async (t) => {
  const { bundle, names, secrets } = makeBundle()
  const text = JSON.stringify(await bundle.content({ names: false, system: SYSTEM }))
  for (const planted of [...names, ...secrets]) t.notOk(text.includes(planted), planted)
  t.notMatch(text, /-77\.3/)
})

t.test('names are in it when they are asked for, and keys are not', async (t) => {
  const { bundle, names, secrets } = makeBundle()
  const text = JSON.stringify(await bundle.content({ names: true, system: SYSTEM }))
  for (const name of names) t.ok(text.includes(name), name)
  for (const planted of secrets) t.notOk(text.includes(planted), planted)
})

t.test('it tells what helps: versions, lengths of cores, sessions, and where errors arose', async (t) => {
  const { bundle } = makeBundle()
  t.match(await bundle.content({ names: false, system: SYSTEM }), {
    system: { version: '0.1.0' },
    settings: { network: 'none', invites: 'ask' },
    projects: [
      {
        project: 'project 1',
        role: 'member',
        cores: [{ namespace: 'data', device: 'device 1', length: 7, contiguous: 5 }],
        mirror: { current: true, documents: { observation: { current: 3 } } }
      }
    ],
    sessions: [{ device: 'device 1', project: 'project 1', complete: true }],
    log: [
      { msg: 'ready' },
      { msg: null, err: { type: 'Error' } },
      { msg: 'failed', err: { code: 'ENOENT', stack: [/^at .*support-bundle/] } },
      { msg: 'connected', part: 'peers', port: 4321 }
    ]
  })
})
