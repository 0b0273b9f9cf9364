import t from 'tap'
import { openPage, startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { device, flow, trouble } from './support/stages.ts'
import { drawn } from './support/visit.ts'

t.test('when every place on the Wi-Fi is taken, the board says so and who may make room', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  trouble(hub.hub)
  const page = await openPage(t, browser, hub.url)
  await page.getByText('All 8 places on the Wi-Fi are in use. 1 phone here has finished').waitFor()
  t.ok(await page.getByText('You may leave now').isVisible(), 'that one is told to leave')
})

t.test('what is nearly all is not called all, and one that lacks something may not leave', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  const progress = {
    toHub: flow({ documents: 9_999, photos: 5, blocks: 99_999 }, { documents: 1, blocks: 1 }),
    fromHub: flow({ documents: 500, blocks: 9_000 }, {})
  }
  hub.hub.devices.splice(0, 9, device(1, { name: 'Ana', state: 'exchanging', progress, wants: 'everything' }))
  const page = await openPage(t, browser, hub.url)
  await drawn(page)
  const board = (await page.locator('main').textContent()) ?? ''
  t.match(board, /99%/)
  t.notMatch(board, /100%|You may leave now|Up to date/)
  hub.hub.changes.emit('device-changed', {
    ...device(1, { name: 'Ana', state: 'up-to-date', wants: 'everything' }),
    progress: { ...progress, toHub: flow({ documents: 10_000, photos: 5, blocks: 100_000 }, {}) }
  })
  await page.getByText('You may leave now').waitFor()
})

t.test('a phone of previews is judged by what it wants', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  const done = flow({ documents: 10, photos: 4, blocks: 90 }, {})
  hub.hub.devices.splice(
    0,
    9,
    device(1, {
      name: 'Wayra',
      state: 'up-to-date',
      wants: 'previews',
      progress: { toHub: done, fromHub: done }
    })
  )
  const page = await openPage(t, browser, hub.url)
  await page.getByText('You may leave now').waitFor()
  t.ok(await page.getByRole('img', { name: /previews only/i }).isVisible(), 'and said to take previews')
})
