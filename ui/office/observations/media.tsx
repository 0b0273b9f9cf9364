import { useState } from 'preact/hooks'
import type { AttachmentView, Variant } from '../../../service/web/observation-schemas.ts'
import { Icon } from '../../components/icon.tsx'
import { t } from '../../i18n/messages.ts'
import { fileAddress, smallest } from './thumbnail.ts'

interface MediaProps {
  projectId: string
  attachments: readonly AttachmentView[]
}

/** The photos and recordings of an observation, with what of each is here. */
export function Media({ projectId, attachments }: MediaProps) {
  return (
    <section class="stack-tight">
      <h2>{t('observations.files')}</h2>
      <ul class="plain media">
        {attachments.map((file) => {
          const key = `${file.driveId}/${file.name}`
          return file.type === 'photo' ? (
            <Photo key={key} projectId={projectId} photo={file} />
          ) : (
            <li key={key}>
              <OtherFile projectId={projectId} file={file} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** A thumbnail at once, the preview when it is touched, the original when it is asked for: a phone on a slow Wi-Fi. */
function Photo({ projectId, photo }: { projectId: string; photo: AttachmentView }) {
  const [large, setLarge] = useState<Variant | null>(null)
  const small = smallest(projectId, photo)
  const { variants } = photo
  const next: Variant | null =
    large === null && variants.preview === 'held'
      ? 'preview'
      : large !== 'original' && variants.original === 'held'
        ? 'original'
        : null
  return (
    <li class={large === null ? '' : 'photo-large'}>
      <figure class="photo">
        {small === null ? (
          <div class="photo-absent">
            <Icon name="photo" size={48} />
          </div>
        ) : (
          <img
            src={large === null ? small : fileAddress(projectId, photo, large)}
            alt={t('observations.photo')}
          />
        )}
        <figcaption class="stack-tight">
          <span class="quiet">{photoState(photo)}</span>
          {next !== null && (
            <button type="button" onClick={() => setLarge(next)}>
              <Icon name="search" />
              {next === 'preview' ? t('observations.larger') : t('observations.original')}
            </button>
          )}
        </figcaption>
      </figure>
    </li>
  )
}

function photoState({ variants }: AttachmentView): string {
  if (variants.original === 'held') return t('observations.originalHere')
  return variants.preview === 'held' || variants.thumbnail === 'held'
    ? t('observations.originalMissing')
    : t('observations.notHere')
}

function OtherFile({ projectId, file }: { projectId: string; file: AttachmentView }) {
  if (file.variants.original !== 'held') {
    return (
      <p class="quiet">
        <Icon name="sound" /> {t('observations.notHere')}
      </p>
    )
  }
  const address = fileAddress(projectId, file, 'original')
  return file.type === 'audio' ? (
    <audio controls preload="none" src={address} aria-label={t('observations.recording')} />
  ) : (
    <a class="button" href={address} download={file.name}>
      <Icon name="download" />
      {t('observations.file')}
    </a>
  )
}
