import t from 'tap'
import { NETWORK_PROBLEMS } from '../../service/network/access-point.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { stageHub } from './support/staged-hub.ts'
import { nobodyHere } from './support/stages.ts'
import { drawn } from './support/visit.ts'

t.test('each thing that can be wrong with the Wi-Fi is said in a sentence of its own', async (t) => {
  const [browser, hub] = [await startBrowser(t), await stageHub(t)]
  nobodyHere(hub.hub)
  const { network } = hub.hub.boardOver
  if (network === undefined) return t.fail('a board with a network')
  const said = new Set<string>()
  for (const problem of NETWORK_PROBLEMS) {
    hub.hub.boardOver = { ...hub.hub.boardOver, network: { ...network, state: 'down', problem } }
    const page = await openPage(t, browser, hub.url)
    await drawn(page)
    const sentence = await page.getByRole('status').filter({ hasText: 'Wi-Fi' }).first().innerText()
    t.notMatch(sentence, problem, 'in words')
    said.add(sentence)
    await page.close()
  }
  t.equal(said.size, NETWORK_PROBLEMS.length, [...said].join('\n'))
})
