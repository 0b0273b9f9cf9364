import { useState } from 'preact/hooks'
import type { LeavingView } from '../../../service/web/leaving-schemas.ts'
import { ConfirmForm } from '../../components/confirm-form.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { t } from '../../i18n/messages.ts'
import { get, remove } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { go, href } from '../../router.ts'

/** The way out of a project: what would be lost, and the name of the project and the passphrase once more. */
export function LeaveProject({ projectId }: { projectId: string }) {
  const [isAsked, setAsked] = useState(false)
  return (
    <section class="stack" aria-labelledby="leaving">
      <h2 id="leaving">{t('projects.leaving')}</h2>
      <div>
        <button type="button" aria-expanded={isAsked} onClick={() => setAsked(!isAsked)}>
          <Icon name="leave" />
          {t('projects.leave')}
        </button>
      </div>
      {isAsked && <Outlook projectId={projectId} />}
    </section>
  )
}

function Outlook({ projectId }: { projectId: string }) {
  const outlook = useLoaded(() => get<LeavingView>(`/api/projects/${projectId}/leaving`), [projectId])
  return (
    <div class="card stack" role="group" aria-label={t('projects.leave')}>
      <Loaded of={outlook}>
        {(view) => <Confirm projectId={projectId} outlook={view} onStale={outlook.reload} />}
      </Loaded>
    </div>
  )
}

/** @param props.onStale called when more would be lost by now than the person was told */
function Confirm(props: { projectId: string; outlook: LeavingView; onStale: () => void }) {
  const { projectId, outlook, onStale } = props
  return (
    <ConfirmForm
      id="leave"
      class="stack"
      icon="leave"
      label={t('projects.leaveNow')}
      nameLabel={t('projects.typeName', { name: outlook.name })}
      onConfirm={async (typed) => {
        await remove(`/api/projects/${projectId}`, { ...typed, losing: outlook.onlyHere })
        go(href('/office/projects'))
      }}
      remedy={({ code }) =>
        code === 'ONLY_COPIES' && (
          <div>
            <button type="button" onClick={onStale}>
              {t('common.tryAgain')}
            </button>
          </div>
        )
      }
    >
      <Notice tone="bad">{t('projects.leaveWhat')}</Notice>
      <OnlyHere {...outlook.onlyHere} />
    </ConfirmForm>
  )
}

function OnlyHere({ documents, photos }: LeavingView['onlyHere']) {
  if (documents === 0 && photos === 0) return <p>{t('projects.nothingLost')}</p>
  const lost = [
    ...(documents > 0 ? [t('projects.onlyHereDocuments', { count: documents })] : []),
    ...(photos > 0 ? [t('projects.onlyHerePhotos', { count: photos })] : [])
  ]
  return (
    <Notice tone="attention">
      <strong>{lost.join(', ')}</strong> {t('projects.onlyHere')}
    </Notice>
  )
}
