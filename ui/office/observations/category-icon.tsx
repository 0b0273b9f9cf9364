import { useState } from 'preact/hooks'
import type { CategoryView } from '../../../service/web/document-schemas.ts'
import { Icon } from '../../components/icon.tsx'

interface CategoryIconProps {
  projectId: string
  category: CategoryView | undefined
  size?: number
}

/** The picture of a category as the app shows it: on white, in a ring of its colour. */
export function CategoryIcon({ projectId, category, size = 40 }: CategoryIconProps) {
  const [isBroken, setBroken] = useState(false)
  const iconId = category?.iconId ?? null
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    borderColor: category?.color ?? 'var(--line-strong)'
  }
  return (
    <span class="category-icon" style={style}>
      {iconId === null || isBroken ? (
        <Icon name="pin" size={Math.round(size * 0.6)} />
      ) : (
        <img src={`/api/projects/${projectId}/icons/${iconId}`} alt="" onError={() => setBroken(true)} />
      )}
    </span>
  )
}
