import type { MemberView } from '../../../service/web/project-schemas.ts'
import { DeviceId } from '../../components/device-id.tsx'
import { t } from '../../i18n/messages.ts'
import { get } from '../../model/request.ts'
import { useLoaded } from '../../model/use-loaded.ts'

/** What the devices of a project call themselves, by id; empty until it is here. */
export function useDeviceNames(projectId: string): ReadonlyMap<string, string | null> {
  const { loading } = useLoaded(() => get<MemberView[]>(`/api/projects/${projectId}/devices`), [projectId])
  return new Map(loading.state === 'here' ? loading.value.map(({ id, name }) => [id as string, name]) : [])
}

/** The name first, the id behind it; people know each other's phones by name. */
export function DeviceName({ id, names }: { id: string | null; names: ReadonlyMap<string, string | null> }) {
  if (id === null) return <>{t('observations.unknownDevice')}</>
  return (
    <>
      <bdi>{names.get(id) ?? t('common.unnamedDevice')}</bdi> <DeviceId id={id} />
    </>
  )
}
