import { matchPath } from '../router.ts'
import type { ViewProps } from '../page/lazy-view.tsx'
import { useModel } from '../model/use-model.ts'
import { FirstInvite } from './first-invite.tsx'
import { SetupForm } from './setup-form.tsx'

/** The first run: one form, and then the first invite. */
export default function SetupView({ path }: ViewProps) {
  const model = useModel()
  if (model.status.value === null) return null
  const isClaimed = model.status.value.setup.claimed
  return isClaimed || matchPath('invite', path) !== null ? <FirstInvite /> : <SetupForm />
}
