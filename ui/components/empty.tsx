import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

/** There is nothing yet: what it would be, and how to get it. */
export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={48} />
      <div>{children}</div>
    </div>
  )
}
