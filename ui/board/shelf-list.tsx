import type { ShelfView } from '../../service/web/shelf-schemas.ts'
import { Icon } from '../components/icon.tsx'
import { formatBytes } from '../i18n/format.ts'
import { spoken, t } from '../i18n/messages.ts'
import { get } from '../model/request.ts'
import { useLoaded } from '../model/use-loaded.ts'

/** What people can take home besides data: the files of the shelf, and the guide. */
export function ShelfList() {
  const { loading } = useLoaded(() => get<ShelfView>('/api/shelf'))
  const files = loading.state === 'here' ? loading.value.files : []
  return (
    <section class="stack-tight" aria-labelledby="to-take">
      <h2 id="to-take">{t('board.toTake')}</h2>
      <ul class="plain stack-tight">
        {files.map(({ name, size }) => (
          <li key={name}>
            <a class="button" href={`/shelf/${encodeURIComponent(name)}`} download>
              <Icon name="download" />
              <bdi>{name}</bdi>
              {' · '}
              <span class="quiet">{formatBytes(size)}</span>
            </a>
          </li>
        ))}
        <li>
          <a class="button" href={guideAddress()}>
            <Icon name="guide" />
            {t('board.guide')}
          </a>
        </li>
      </ul>
    </section>
  )
}

/** The guide is there in two languages. */
function guideAddress(): string {
  return spoken.value.tag.startsWith('es') ? '/guide/es.html' : '/guide/en.html'
}
