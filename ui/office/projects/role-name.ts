import type { Role } from '../../../service/web/project-schemas.ts'
import { t } from '../../i18n/messages.ts'

/** In the words of the app. */
export function roleName(role: Role): string {
  switch (role) {
    case 'creator':
      return t('projects.roleCreator')
    case 'coordinator':
      return t('projects.roleCoordinator')
    case 'participant':
      return t('projects.roleParticipant')
    case 'blocked':
      return t('projects.roleRemoved')
    case 'left':
      return t('projects.roleLeft')
    case 'none':
      return t('projects.roleNone')
  }
}
