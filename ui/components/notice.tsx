import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

/** `good`: all is well; `busy`: something moves; `attention`: a person should do something; `bad`: something is wrong. */
export type Tone = 'good' | 'busy' | 'attention' | 'bad' | 'calm'

const ICONS: Record<Tone, IconName> = {
  good: 'check-ring',
  busy: 'bolt',
  attention: 'warning',
  bad: 'warning',
  calm: 'info'
}

interface NoticeProps {
  tone: Tone
  icon?: IconName
  /** `alert` is read at once, `status` when the reader pauses. Left out, it is part of the page from its beginning. */
  role?: 'alert' | 'status'
  children: ComponentChildren
}

/** A sentence that people must see: by icon, word and colour. */
export function Notice({ tone, icon = ICONS[tone], role, children }: NoticeProps) {
  return (
    <div class={`notice tone-${tone}`} {...(role === undefined ? {} : { role })}>
      <Icon name={icon} />
      <div class="notice-text">{children}</div>
    </div>
  )
}
