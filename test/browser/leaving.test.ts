import t from 'tap'
import { WaystationError } from '../../service/errors.ts'
import { PROJECT } from '../unit/web/memory-hub.ts'
import { violationsOf } from './support/axe.ts'
import { startBrowser } from './support/browser.ts'
import { STAGED_PASSPHRASE, stageHub } from './support/staged-hub.ts'
import { claim, openOffice } from './support/visit.ts'

t.test(
  'a project is left by its name, after what would be lost was read, and every page shows it',
  async (t) => {
    const staged = await stageHub(t)
    await claim(staged)
    const { hub, url } = staged
    hub.onlyHere = { documents: 3, photos: 12 }
    const browser = await startBrowser(t)
    const [page, list, other] = [
      await openOffice(t, url, `/office/projects/${PROJECT}`, browser),
      await openOffice(t, url, '/office/projects', browser),
      await openOffice(t, url, `/office/projects/${PROJECT}`, browser)
    ]
    await page.getByRole('button', { name: 'Leave this project' }).click()
    const dialog = page.getByRole('group', { name: 'Leave this project' })
    await dialog.getByText('3 documents, 12 photos').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      t.same(await violationsOf(page), [], colorScheme)
    }

    const leave = async (name: string, passphrase: string) => {
      await dialog.getByLabel('To confirm, type the name of the project: Napo').fill(name)
      await dialog.getByLabel('Office passphrase').fill(passphrase)
      await dialog.getByRole('button', { name: 'Leave and delete' }).click()
    }
    const refusal = (text: string) => dialog.getByRole('alert').filter({ hasText: text }).waitFor()
    await leave('Napo', 'not this one at all')
    await refusal('This passphrase is wrong.')
    await leave('Nap', STAGED_PASSPHRASE)
    await refusal('What you typed is not the name that was asked for.')
    hub.onlyHere = { documents: 4, photos: 12 }
    await leave('Napo', STAGED_PASSPHRASE)
    await refusal('More would be lost by now than was said here.')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await dialog.getByText('4 documents, 12 photos').waitFor()
    t.same(hub.left, [])
    await leave('Napo', STAGED_PASSPHRASE)
    await page.getByText('The hub is in no project yet.').waitFor()
    t.same(hub.left, [PROJECT])
    await list.getByText('The hub is in no project yet.').waitFor()
    await other.getByText('The hub is not in this project.').waitFor()
  }
)

t.test('a project that the hub alone coordinates is not left, and the page says why', async (t) => {
  const staged = await stageHub(t)
  await claim(staged)
  staged.hub.leaving.outlook = () => Promise.reject(new WaystationError('LAST_COORDINATOR'))
  const page = await openOffice(t, staged.url, `/office/projects/${PROJECT}`)
  await page.getByRole('button', { name: 'Leave this project' }).click()
  await page.getByText('To delete what it holds, reset the hub.').waitFor()
  t.equal(await page.getByRole('button', { name: 'Leave and delete' }).count(), 0)
})
