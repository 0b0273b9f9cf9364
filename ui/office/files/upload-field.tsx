import { useRef, useState } from 'preact/hooks'
import { Failure } from '../../components/failure.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { t } from '../../i18n/messages.ts'
import { useAction } from '../../model/use-action.ts'
import { upload } from './upload.ts'

interface UploadFieldProps {
  id: string
  label: string
  /** Ends of names that are offered first, as in `accept` of a file input. */
  accept?: string
  path: string
  isThere: (file: File) => Promise<boolean>
  onDone: () => void
}

/** A file that a person puts on the hub, and how far it is. */
export function UploadField({ id, label, accept, path, isThere, onDone }: UploadFieldProps) {
  const { isRunning, failure, run } = useAction()
  const [sent, setSent] = useState<{ name: string; fraction: number } | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const send = (file: File | undefined) => {
    if (file === undefined) return
    run(async () => {
      try {
        const onProgress = (fraction: number) => setSent({ name: file.name, fraction })
        await upload({ file, path, isThere, onProgress })
        onDone()
      } finally {
        setSent(null)
        if (input.current !== null) input.current.value = ''
      }
    })
  }
  return (
    <div class="card stack-tight">
      <div class="field">
        <label for={id}>{label}</label>
        <input
          ref={input}
          id={id}
          type="file"
          accept={accept}
          disabled={isRunning}
          onChange={(event) => send(event.currentTarget.files?.[0])}
        />
      </div>
      {sent !== null && (
        <div role="status">
          <ProgressBar label={t('files.sending', { name: sent.name })} fraction={sent.fraction} />
        </div>
      )}
      <Failure failure={failure} />
    </div>
  )
}
