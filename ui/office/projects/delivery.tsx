import type { DeliveryHolder, DeliveryView } from '../../../service/web/delivery-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { formatAgo, formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { useModel } from '../../model/use-model.ts'
import { DeliveryTable } from './delivery-table.tsx'
import { missingAt, type Missing } from './missing.ts'
import { useMoving } from './use-moving.ts'

/** Whose data has reached whom: one line for each member, and the whole table for those who want to know. */
export function Delivery({ projectId }: { projectId: string }) {
  const delivery = useLoaded(() => get<DeliveryView>(`/api/projects/${projectId}/delivery`), [projectId])
  useMoving(delivery.reload)
  return (
    <section class="stack" aria-labelledby="delivery">
      <h2 id="delivery">{t('projects.delivery')}</h2>
      <Loaded
        of={delivery}
        empty={<Empty icon="people">{t('projects.deliveryNobody')}</Empty>}
        isEmpty={({ holders }) => holders.length < 2}
      >
        {(view) => (
          <>
            {view.everyoneHasEverything ? (
              <Notice tone="good">{t('projects.everyoneHasEverything')}</Notice>
            ) : (
              <p>{t('projects.deliveryWhat')}</p>
            )}
            <ul class="plain stack-tight">
              {view.holders.map((holder, at) => (
                <li key={holder.id} class="delivery-line">
                  <HolderLine holder={holder} missing={missingAt(view, at)} />
                </li>
              ))}
            </ul>
            <details>
              <summary>{t('projects.wholeTable')}</summary>
              <DeliveryTable view={view} />
            </details>
          </>
        )}
      </Loaded>
    </section>
  )
}

function HolderLine({ holder, missing }: { holder: DeliveryHolder; missing: Missing }) {
  return (
    <>
      <span>
        <strong>
          <bdi>{holder.name ?? t('common.unnamedDevice')}</bdi>
        </strong>
        {holder.isHub && ` (${t('projects.thisHub')})`}
        {!holder.takesEverything && (
          <span class="quiet">
            {' '}
            <Icon name="leaf" size={16} /> {t('projects.previewsOnly')}
          </span>
        )}
      </span>
      <HolderState holder={holder} missing={missing} />
      <HolderAge holder={holder} />
    </>
  )
}

function HolderState({ holder, missing }: { holder: DeliveryHolder; missing: Missing }) {
  if (holder.known === 'never') {
    return (
      <span class="state tone-calm">
        <Icon name="question" /> {t('projects.notKnown')}
      </span>
    )
  }
  if (holder.hasEverything) {
    return (
      <span class="state tone-good">
        <Icon name="check-ring" /> {t('projects.hasEverything')}
      </span>
    )
  }
  const { documents, photos } = missing
  const words = [
    ...(documents > 0 ? [t('projects.lacksDocuments', { count: documents })] : []),
    ...(photos > 0 ? [t('projects.lacksPhotos', { count: photos })] : [])
  ]
  return (
    <span class="state tone-attention">
      <Icon name="warning" /> {words.length > 0 ? words.join(', ') : t('projects.notFinished')}
    </span>
  )
}

function HolderAge({ holder: { known, asOf, isHub } }: { holder: DeliveryHolder }) {
  const model = useModel()
  if (isHub || known === 'never') return null
  if (asOf === null) return <span class="quiet">{t('projects.asOfNow')}</span>
  return (
    <span class="quiet" title={formatDateTime(asOf)}>
      {t('projects.asOf', { ago: formatAgo(asOf, Date.now() + model.clockAheadMs.value) })}
    </span>
  )
}
