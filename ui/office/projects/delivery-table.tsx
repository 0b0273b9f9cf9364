import type { DeliveryAuthor, DeliveryCell, DeliveryView } from '../../../service/web/delivery-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { formatDateTime, formatNumber } from '../../i18n/format.ts'
import { t } from '../../i18n/messages.ts'

/** Every member as author, against every member as holder. It scrolls sideways by itself; the page does not. */
export function DeliveryTable({ view: { holders, authors } }: { view: DeliveryView }) {
  return (
    <>
      {/* As the caption it would be as wide as the table, and cut like that. The region is called so. */}
      <p class="quiet" aria-hidden="true">
        {t('projects.tableCaption')}
      </p>
      <div class="delivery-scroll" tabIndex={0} role="region" aria-label={t('projects.tableCaption')}>
        <table class="delivery-table">
          <thead>
            <tr>
              <th scope="col">{t('projects.dataOf')}</th>
              {holders.map(({ id, name, asOf, known, isHub }) => (
                <th key={id} scope="col">
                  <bdi>{name ?? t('common.unnamedDevice')}</bdi>
                  <span class="quiet">
                    {known === 'never'
                      ? t('projects.notKnown')
                      : asOf === null
                        ? isHub
                          ? t('projects.thisHub')
                          : t('projects.asOfNow')
                        : formatDateTime(asOf)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {authors.map((author) => (
              <tr key={author.id}>
                <th scope="row">
                  <bdi>{author.name ?? t('common.unnamedDevice')}</bdi>
                </th>
                {author.held.map((cell, at) => (
                  <td key={holders[at]?.id}>
                    <Cell author={author} cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Cell({ author, cell }: { author: DeliveryAuthor; cell: DeliveryCell | null }) {
  if (cell === null) {
    return (
      <span class="tone-calm">
        <Icon name="question" size={16} label={t('projects.notKnown')} />
      </span>
    )
  }
  const isWhole = cell.documents >= author.documents && cell.photos === cell.photosWanted
  const of = (held: number, all: number) =>
    t('projects.heldOf', { held: formatNumber(held), all: formatNumber(all) })
  return (
    <span class={isWhole ? 'tone-good' : 'tone-attention'}>
      <span class="delivery-amount">
        <Icon
          name={isWhole ? 'check' : 'warning'}
          size={16}
          label={isWhole ? t('projects.complete') : t('projects.incomplete')}
        />{' '}
        <Icon name="document" size={16} label={t('projects.documents')} />{' '}
        {of(cell.documents, author.documents)}
      </span>
      {cell.photos !== null && cell.photosWanted !== null && (
        <span class="delivery-amount">
          <Icon name="photo" size={16} label={t('projects.photosWord')} />{' '}
          {of(cell.photos, cell.photosWanted)}
        </span>
      )}
    </span>
  )
}
