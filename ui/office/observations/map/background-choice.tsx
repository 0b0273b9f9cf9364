import { t } from '../../../i18n/messages.ts'
import { href } from '../../../router.ts'
import { chooseMap, chosenMap, ownMaps } from './background.ts'

/** Which map lies under the observations, and whom it asks to name. */
export function BackgroundChoice() {
  const chosen = ownMaps.value.find(({ id }) => id === chosenMap.value)
  return (
    <div class="row">
      <div class="field">
        <label for="background-map">{t('maps.background')}</label>
        <select
          id="background-map"
          value={chosen?.id ?? ''}
          onChange={({ currentTarget }) => chooseMap(currentTarget.value === '' ? null : currentTarget.value)}
        >
          <option value="">{t('maps.world')}</option>
          {ownMaps.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <a href={href('/office/maps')}>{t('maps.manage')}</a>
      {chosen !== undefined && chosen.credits.length > 0 && (
        <p class="quiet">{t('maps.credits', { names: chosen.credits.map(textOf).join(', ') })}</p>
      )}
    </div>
  )
}

/** What a map says of its makers may be HTML. A document that is only parsed loads and runs nothing. */
function textOf(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent ?? ''
}
