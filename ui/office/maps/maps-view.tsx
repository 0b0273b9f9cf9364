import type { OwnMapsView, OwnMapView } from '../../../service/web/map-schemas.ts'
import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Notice } from '../../components/notice.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { get, remove } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { RemoveButton } from '../files/remove-button.tsx'
import { UploadField } from '../files/upload-field.tsx'

const read = () => get<OwnMapsView>('/api/maps')

/** Maps of people's own: the app's background maps, to see observations on. Nobody sees them but the office. */
export default function MapsView() {
  const maps = useLoaded(read)
  const take = async ({ id }: OwnMapView) => {
    await remove(`/api/maps/${id}`)
    maps.reload()
  }
  return (
    <>
      <ViewTitle title={t('maps.title')} />
      <p>{t('maps.what')}</p>
      <UploadField
        id="map-file"
        label={t('maps.add')}
        accept=".smp"
        path="/api/maps"
        isThere={isThere}
        onDone={maps.reload}
      />
      <Loaded
        of={maps}
        empty={<Empty icon="map">{t('maps.none')}</Empty>}
        isEmpty={({ maps }) => maps.length === 0}
      >
        {({ maps, usedBytes, quotaBytes }) => (
          <>
            <p class="quiet">
              {t('files.used', { used: formatBytes(usedBytes), quota: formatBytes(quotaBytes) })}
            </p>
            <ul class="plain stack-tight">
              {maps.map((map) => (
                <li key={map.id} class="card stack-tight">
                  <h2>
                    <bdi>{map.name}</bdi>
                  </h2>
                  <p class="quiet">
                    <bdi>{map.fileName}</bdi> · {formatBytes(map.size)} · {formatDateTime(map.addedAt)}
                  </p>
                  {map.drawing === null && <Notice tone="bad">{t('maps.damaged')}</Notice>}
                  <RemoveButton onRemove={() => take(map)} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  )
}

async function isThere({ name, size }: File): Promise<boolean> {
  return (await read()).maps.some((map) => map.fileName === name && map.size === size)
}
