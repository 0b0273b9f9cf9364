import { LANGUAGES } from 'virtual:languages'
import { DeviceId } from '../components/device-id.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { chooseForPerson } from '../i18n/language.ts'
import { spoken, t, type MessageKey } from '../i18n/messages.ts'
import { useModel } from '../model/use-model.ts'
import { href, route } from '../router.ts'

const LINKS: readonly { path: string; icon: IconName; label: MessageKey }[] = [
  { path: '', icon: 'board', label: 'common.board' },
  { path: 'join', icon: 'qr', label: 'common.join' },
  { path: 'office', icon: 'office', label: 'common.office' }
]

export function Header() {
  const hub = useModel().status.value?.hub
  const here = route.value.path[0] ?? ''
  return (
    <header class="page-header">
      <div class="page-header-inner">
        <Icon name="bolt" size={40} />
        <div class="page-name">
          <strong>
            <bdi>{hub?.name ?? 'Waystation'}</bdi>
          </strong>
          {hub !== undefined && <DeviceId id={hub.deviceId} />}
        </div>
        <LanguageChoice />
      </div>
      <nav class="page-nav" aria-label={t('common.mainMenu')}>
        {LINKS.map(({ path, icon, label }) => (
          <a key={path} href={href(`/${path}`)} {...(path === here ? { 'aria-current': 'page' } : {})}>
            <Icon name={icon} size={20} />
            {t(label)}
          </a>
        ))}
      </nav>
    </header>
  )
}

function LanguageChoice() {
  return (
    <label class="language-choice">
      <span class="spoken-only">{t('common.language')}</span>
      <select
        value={spoken.value.tag}
        onChange={({ currentTarget }) => void chooseForPerson(currentTarget.value)}
      >
        {LANGUAGES.map(({ tag, name }) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
