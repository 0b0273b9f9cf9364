import type { StatusView } from '../../service/web/status-schemas.ts'
import { t, type MessageKey } from '../i18n/messages.ts'
import { placesOf } from '../model/network-board.ts'
import { Notice } from '../components/notice.tsx'
import { Picture, type PictureName } from './picture.tsx'

interface Lesson {
  title: MessageKey
  steps: readonly { picture: PictureName; text: MessageKey }[]
}

const OPEN_AND_START: Lesson['steps'] = [
  { picture: 'wifi', text: 'board.stepStayOnWifi' },
  { picture: 'app', text: 'board.stepOpenApp' },
  { picture: 'start', text: 'board.stepPressStart' }
]

const LESSONS = {
  invite: {
    title: 'board.inviteTitle',
    steps: [
      { picture: 'app', text: 'board.stepOpenTeam' },
      { picture: 'invite', text: 'board.stepInviteHub' },
      { picture: 'answer', text: 'board.stepAnswerInvite' }
    ]
  },
  newcomer: { title: 'board.newcomerTitle', steps: OPEN_AND_START },
  guests: { title: 'board.guestsTitle', steps: OPEN_AND_START.slice(1) },
  start: {
    title: 'board.startTitle',
    steps: [
      { picture: 'app', text: 'board.stepOpenExchange' },
      { picture: 'start', text: 'board.stepPressStart' }
    ]
  },
  otherProject: {
    title: 'board.otherProjectTitle',
    steps: [
      { picture: 'project', text: 'board.stepSwitchProject' },
      { picture: 'invite', text: 'board.stepAskCoordinator' }
    ]
  },
  stay: { title: 'board.stayTitle', steps: [{ picture: 'open', text: 'board.stepKeepOpen' }] }
} as const satisfies Record<string, Lesson>

export type LessonName = keyof typeof LESSONS

/** What to teach, for exactly what the hub sees now; the most pressing first. */
export function lessonsFor(status: StatusView): LessonName[] {
  const states = new Set(status.devices.map(({ state }) => state))
  const isHubFull = status.storage.state === 'full'
  const lessons: LessonName[] = []
  if (status.projects === 0) lessons.push('invite')
  if (states.has('waiting') && !isHubFull) lessons.push('start')
  if (states.has('unknown-project')) lessons.push('otherProject')
  if (status.network.guests.length > 0) lessons.push('guests')
  if (states.has('exchanging')) lessons.push('stay')
  const isAnybodyHere = [...states].some((state) => state !== 'away')
  if (lessons.length === 0 && !isAnybodyHere) lessons.push('newcomer')
  return lessons
}

/** What a person does next, in pictures and few words. */
export function Coaching({ status }: { status: StatusView }) {
  return (
    <>
      {lessonsFor(status).map((name) => (
        <section key={name} class="lesson" aria-label={t(LESSONS[name].title)}>
          <h2>{t(LESSONS[name].title)}</h2>
          <ol class="plain steps">
            {LESSONS[name].steps.map(({ picture, text }, index) => (
              <li key={text}>
                <Picture name={picture} number={index + 1} />
                <span>{t(text)}</span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  )
}

/** The next phone simply fails to join, and nobody tells it why: so the page tells those who may leave. */
export function WifiFull({ status }: { status: StatusView }) {
  const places = placesOf(status)
  if (places === null || places.taken < places.limit) return null
  const finished = status.devices.filter(({ state }) => state === 'up-to-date').length
  return (
    <Notice tone="attention" icon="wifi" role="status">
      {t('board.wifiFull', places)} {finished > 0 && t('board.theseMayLeave', { count: finished })}
    </Notice>
  )
}
