import { Empty } from '../../components/empty.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { ViewTitle } from '../../components/view-title.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'
import { remove } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'
import { RemoveButton } from '../files/remove-button.tsx'
import { UploadField } from '../files/upload-field.tsx'
import { isOnShelf, readShelf } from './read-shelf.ts'

/** Files for phones on the network: the app, maps, categories. Everybody sees them on the board. */
export default function ShelfView() {
  const shelf = useLoaded(readShelf)
  const take = async (name: string) => {
    await remove(`/api/shelf/files/${encodeURIComponent(name)}`)
    shelf.reload()
  }
  return (
    <>
      <ViewTitle title={t('shelf.title')} />
      <p>{t('shelf.what')}</p>
      <UploadField
        id="shelf-file"
        label={t('shelf.add')}
        path="/api/shelf"
        isThere={isOnShelf}
        onDone={shelf.reload}
      />
      <Loaded
        of={shelf}
        empty={<Empty icon="shelf">{t('shelf.none')}</Empty>}
        isEmpty={({ files }) => files.length === 0}
      >
        {({ files, usedBytes, quotaBytes }) => (
          <>
            <p class="quiet">
              {t('files.used', { used: formatBytes(usedBytes), quota: formatBytes(quotaBytes) })}
            </p>
            <ul class="plain stack-tight">
              {files.map(({ name, size, addedAt }) => (
                <li key={name} class="card stack-tight">
                  <h2>
                    <a href={`/shelf/${encodeURIComponent(name)}`} download>
                      <bdi>{name}</bdi>
                    </a>
                  </h2>
                  <p class="quiet">
                    {formatBytes(size)} · {formatDateTime(addedAt)}
                  </p>
                  <RemoveButton onRemove={() => take(name)} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  )
}
