import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { HTTP_LIMITS } from './limits.ts'
import { keepPlaces } from './places.ts'
import { toProblem } from './problem.ts'
import { setResponseHeaders } from './response-headers.ts'

interface Words {
  readonly language: string
  readonly title: string
  readonly text: string
  /** What is wrong, where it is known. */
  readonly reasons: Readonly<Partial<Record<string, string>>>
}

/** What a person reads and can do, in the languages of the page. It stands alone: the page itself may be what is broken. */
const WORDS: readonly Words[] = [
  {
    language: 'en',
    title: 'This hub does not start',
    text: 'Nothing that was stored is deleted. It tries again by itself every ten minutes. Switch it off and on once. If this page comes back, take the card out, copy it before anything else, and show the code below to whoever looks after the hub.',
    reasons: {
      CARD_DAMAGED: 'The card is damaged, and could not be repaired.',
      CARD_READ_ONLY:
        'Nothing can be written to the card until it is checked, which happens when the hub is switched on.'
    }
  },
  {
    language: 'es',
    title: 'Este equipo no arranca',
    text: 'No se borra nada de lo guardado. Lo intenta de nuevo cada diez minutos. Apáguelo y enciéndalo una vez. Si esta página vuelve, saque la tarjeta, cópiela antes que nada y muestre el código de abajo a quien cuida el equipo.',
    reasons: {
      CARD_DAMAGED: 'La tarjeta está dañada y no se pudo reparar.',
      CARD_READ_ONLY:
        'No se puede escribir en la tarjeta hasta que se revise, y eso ocurre al encender el equipo.'
    }
  },
  {
    language: 'pt',
    title: 'Este equipamento não inicia',
    text: 'Nada do que foi guardado é apagado. Ele tenta de novo a cada dez minutos. Desligue e ligue uma vez. Se esta página voltar, tire o cartão, copie-o antes de tudo e mostre o código abaixo a quem cuida do equipamento.',
    reasons: {
      CARD_DAMAGED: 'O cartão está danificado e não pôde ser reparado.',
      CARD_READ_ONLY:
        'Não é possível gravar no cartão até que ele seja verificado, o que acontece ao ligar o equipamento.'
    }
  },
  {
    language: 'fr',
    title: 'Cet appareil ne démarre pas',
    text: 'Rien de ce qui est enregistré n’est effacé. Il réessaie toutes les dix minutes. Éteignez-le et rallumez-le une fois. Si cette page revient, retirez la carte, copiez-la avant tout et montrez le code ci-dessous à la personne qui s’occupe de l’appareil.',
    reasons: {
      CARD_DAMAGED: 'La carte est abîmée et n’a pas pu être réparée.',
      CARD_READ_ONLY:
        'Rien ne peut être écrit sur la carte avant qu’elle soit vérifiée, ce qui se fait quand l’appareil s’allume.'
    }
  },
  {
    language: 'id',
    title: 'Alat ini tidak dapat dijalankan',
    text: 'Yang sudah tersimpan tidak dihapus. Alat mencoba lagi setiap sepuluh menit. Matikan lalu nyalakan sekali. Jika halaman ini muncul lagi, keluarkan kartunya, salin dahulu, dan tunjukkan kode di bawah kepada yang merawat alat.',
    reasons: {
      CARD_DAMAGED: 'Kartu rusak dan tidak dapat diperbaiki.',
      CARD_READ_ONLY: 'Kartu tidak dapat ditulisi sebelum diperiksa, dan itu terjadi saat alat dinyalakan.'
    }
  }
]

/**
 * The page of a hub that could not start several times in a row: says so and why, at every address, and that it does not
 * serve. Without a socket: the caller listens, or injects requests.
 * @param parts.reason a code of `errors.ts`, or another word without names and keys
 */
export function createSafePage(parts: { reason: string; logger: Logger }): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = parts.logger
  const app = fastify({
    ...HTTP_LIMITS,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true })
  })
  keepPlaces(app.server)
  setResponseHeaders(app)
  app.all('/api/*', (_request, reply) => {
    const problem = { ...toProblem(new WaystationError('SAFE_MODE')), detail: parts.reason }
    return reply.code(problem.status).type('application/problem+json').send(problem)
  })
  app.get('/*', (_request, reply) =>
    reply.code(503).type('text/html; charset=utf-8').send(htmlOf(parts.reason))
  )
  return app
}

function htmlOf(reason: string): string {
  const articles = WORDS.map(({ language, title, text, reasons }) => {
    const known = reasons[reason]
    return `<article lang="${language}"><h2>${title}</h2>${known === undefined ? '' : `<p>${known}</p>`}<p>${text}</p></article>`
  })
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Waystation</title><h1>Waystation</h1>${articles.join('')}<p><code>${escaped(reason)}</code></p></html>`
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
