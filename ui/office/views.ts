import type { ComponentType } from 'preact'
import type { IconName } from '../components/icon.tsx'
import type { MessageKey } from '../i18n/messages.ts'

export interface OfficeViewProps {
  /** Of the `:name` parts of its path. */
  params: Readonly<Record<string, string>>
}

/** A view behind the passphrase. Its code comes when it is opened. */
export interface OfficeView {
  /** Behind `#/office/`, such as `projects/:projectId`. */
  path: string
  /** A view with a menu entry; one without is reached from others. */
  menu?: { label: MessageKey; icon: IconName }
  load: () => Promise<{ default: ComponentType<OfficeViewProps> }>
}

/** In the order of the menu. */
export const OFFICE_VIEWS: readonly OfficeView[] = [
  {
    path: '',
    menu: { label: 'office.overview', icon: 'office' },
    load: () => import('./overview/overview-view.tsx')
  },
  {
    path: 'projects',
    menu: { label: 'office.projects', icon: 'projects' },
    load: () => import('./projects/projects-view.tsx')
  },
  { path: 'projects/:projectId', load: () => import('./projects/project-view.tsx') },
  {
    path: 'sessions',
    menu: { label: 'office.sessions', icon: 'bolt' },
    load: () => import('./sessions/sessions-view.tsx')
  },
  {
    path: 'shelf',
    menu: { label: 'office.shelf', icon: 'shelf' },
    load: () => import('./shelf/shelf-view.tsx')
  },
  {
    path: 'observations',
    menu: { label: 'observations.menu', icon: 'map' },
    load: () => import('./observations/choose-project-view.tsx')
  },
  {
    path: 'projects/:projectId/observations',
    load: () => import('./observations/observations-view.tsx')
  },
  {
    path: 'projects/:projectId/observations/:ref',
    load: () => import('./observations/detail-view.tsx')
  },
  {
    path: 'projects/:projectId/tracks',
    load: () => import('./observations/tracks-view.tsx')
  },
  {
    path: 'projects/:projectId/tracks/:docId',
    load: () => import('./observations/track-view.tsx')
  },
  {
    path: 'projects/:projectId/deletions',
    load: () => import('./observations/deletions-view.tsx')
  },
  {
    path: 'projects/:projectId/export',
    load: () => import('./exports/export-view.tsx')
  },
  {
    path: 'invites',
    menu: { label: 'office.invites', icon: 'invite' },
    load: () => import('./invites/invites-view.tsx')
  },
  {
    path: 'settings',
    menu: { label: 'office.settings', icon: 'settings' },
    load: () => import('./settings/settings-view.tsx')
  },
  {
    path: 'system',
    menu: { label: 'office.system', icon: 'computer' },
    load: () => import('./system/system-view.tsx')
  }
]
