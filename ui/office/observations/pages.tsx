import { useEffect, useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useAction, type Action } from '../../model/use-action.ts'
import { useLoaded, type Reading } from '../../model/use-loaded.ts'

interface Paged {
  nextCursor: string | null
}

export interface Pages<Item> {
  reading: Reading<readonly Item[]>
  /** Null when all is here. */
  more: (() => void) | null
  action: Action
}

/** A list of the API that comes page by page. @param address with a query already */
export function usePages<Item, Page extends Paged>(
  address: string,
  itemsOf: (page: Page) => readonly Item[]
): Pages<Item> {
  const [cursor, setCursor] = useState<string | null>(null)
  const action = useAction()
  const reading = useLoaded(async () => {
    const page = await get<Page>(address)
    setCursor(page.nextCursor)
    return itemsOf(page)
  }, [address])
  useEffect(() => setCursor(null), [address])
  const more = () =>
    action.run(async () => {
      const page = await get<Page>(`${address}&cursor=${encodeURIComponent(cursor ?? '')}`)
      reading.change((items) => [...items, ...itemsOf(page)])
      setCursor(page.nextCursor)
    })
  return { reading, more: cursor === null ? null : more, action }
}

export function MoreButton<Item>({ pages: { more, action } }: { pages: Pages<Item> }) {
  if (more === null) return null
  return (
    <div class="stack-tight">
      <Failure failure={action.failure} />
      <div>
        <button type="button" disabled={action.isRunning} onClick={more}>
          {t('observations.more')}
        </button>
      </div>
    </div>
  )
}
