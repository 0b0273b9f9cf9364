import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { href } from '../../router.ts'

/** The way back to what the project has collected. */
export function BackTo({
  projectId,
  query = {}
}: {
  projectId: string
  query?: Readonly<Record<string, string>>
}) {
  return (
    <p>
      <a class="button" href={href(`/office/projects/${projectId}/observations`, query)}>
        <Icon name="back" />
        {t('observations.back')}
      </a>
    </p>
  )
}
