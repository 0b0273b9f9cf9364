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
  /** Shown while its code is on its way, and above the reason when it does not come. */
  title: MessageKey
  /** A view with a menu entry; one without is reached from others. */
  menu?: { label: MessageKey; icon: IconName }
  load: () => Promise<{ default: ComponentType<OfficeViewProps> }>
}

/** In the order of the menu. */
export const OFFICE_VIEWS: readonly OfficeView[] = [
  {
    path: '',
    title: 'office.overview',
    menu: { label: 'office.overview', icon: 'office' },
    load: () => import('./overview/overview-view.tsx')
  },
  {
    path: 'projects',
    title: 'office.projects',
    menu: { label: 'office.projects', icon: 'projects' },
    load: () => import('./projects/projects-view.tsx')
  },
  {
    path: 'projects/:projectId',
    title: 'office.projects',
    load: () => import('./projects/project-view.tsx')
  },
  {
    path: 'sessions',
    title: 'sessions.title',
    menu: { label: 'office.sessions', icon: 'bolt' },
    load: () => import('./sessions/sessions-view.tsx')
  },
  {
    path: 'shelf',
    title: 'shelf.title',
    menu: { label: 'office.shelf', icon: 'shelf' },
    load: () => import('./shelf/shelf-view.tsx')
  },
  {
    path: 'observations',
    title: 'observations.title',
    menu: { label: 'observations.menu', icon: 'map' },
    load: () => import('./observations/choose-project-view.tsx')
  },
  {
    path: 'projects/:projectId/observations',
    title: 'observations.title',
    load: () => import('./observations/observations-view.tsx')
  },
  {
    path: 'projects/:projectId/observations/:ref',
    title: 'observations.title',
    load: () => import('./observations/detail-view.tsx')
  },
  {
    path: 'projects/:projectId/tracks',
    title: 'observations.tracksAndAlerts',
    load: () => import('./observations/tracks-view.tsx')
  },
  {
    path: 'projects/:projectId/tracks/:docId',
    title: 'observations.track',
    load: () => import('./observations/track-view.tsx')
  },
  {
    path: 'projects/:projectId/deletions',
    title: 'observations.deletions',
    load: () => import('./observations/deletions-view.tsx')
  },
  {
    path: 'projects/:projectId/export',
    title: 'exports.title',
    load: () => import('./exports/export-view.tsx')
  },
  {
    path: 'maps',
    title: 'maps.title',
    load: () => import('./maps/maps-view.tsx')
  },
  {
    path: 'invites',
    title: 'office.invites',
    menu: { label: 'office.invites', icon: 'invite' },
    load: () => import('./invites/invites-view.tsx')
  },
  {
    path: 'settings',
    title: 'office.settings',
    menu: { label: 'office.settings', icon: 'settings' },
    load: () => import('./settings/settings-view.tsx')
  },
  {
    path: 'system',
    title: 'system.title',
    menu: { label: 'office.system', icon: 'computer' },
    load: () => import('./system/system-view.tsx')
  }
]
