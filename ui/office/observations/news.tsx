import { useEffect, useState } from 'preact/hooks'
import type { ProjectView } from '../../../service/web/project-schemas.ts'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { useModel } from '../../model/use-model.ts'

interface NewsProps {
  projectId: string
  /** Observations that are on the screen. */
  shown: number
  onShow: () => void
}

/** Keeps what is on the screen still while phones bring more: people read, and decide when to look anew. */
export function News({ projectId, shown, onShow }: NewsProps) {
  const { live } = useModel()
  const [told, setTold] = useState<ProjectView | null>(null)
  useEffect(
    () => live.on('project', (project) => project.id === projectId && setTold(project)),
    [live, projectId]
  )
  if (told?.mirror === 'catching-up') {
    return (
      <Notice tone="busy" role="status">
        {t('observations.catchingUp')}
      </Notice>
    )
  }
  if (told === null || told.observations === null || told.observations === shown) return null
  return (
    <Notice tone="calm" role="status">
      <div class="row">
        <span>{t('observations.news')}</span>
        <button type="button" onClick={onShow}>
          {t('observations.showNews')}
        </button>
      </div>
    </Notice>
  )
}
