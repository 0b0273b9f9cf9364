import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { HTTP_LIMITS, SOCKETS_MAX } from './limits.ts'
import { toProblem } from './problem.ts'
import { setResponseHeaders } from './response-headers.ts'

/** What a person reads and can do, in the languages of the page. It stands alone: the page itself may be what is broken. */
const WORDS = [
  [
    'en',
    'This hub does not start',
    'Nothing that was stored is deleted. It tries again by itself every ten minutes. Switch it off and on once. If this page comes back, take the card out, copy it before anything else, and show the code below to whoever looks after the hub.'
  ],
  [
    'es',
    'Este equipo no arranca',
    'No se borra nada de lo guardado. Lo intenta de nuevo cada diez minutos. Apáguelo y enciéndalo una vez. Si esta página vuelve, saque la tarjeta, cópiela antes que nada y muestre el código de abajo a quien cuida el equipo.'
  ],
  [
    'pt',
    'Este equipamento não inicia',
    'Nada do que foi guardado é apagado. Ele tenta de novo a cada dez minutos. Desligue e ligue uma vez. Se esta página voltar, tire o cartão, copie-o antes de tudo e mostre o código abaixo a quem cuida do equipamento.'
  ],
  [
    'fr',
    'Cet appareil ne démarre pas',
    'Rien de ce qui est enregistré n’est effacé. Il réessaie toutes les dix minutes. Éteignez-le et rallumez-le une fois. Si cette page revient, retirez la carte, copiez-la avant tout et montrez le code ci-dessous à la personne qui s’occupe de l’appareil.'
  ],
  [
    'id',
    'Alat ini tidak dapat dijalankan',
    'Yang sudah tersimpan tidak dihapus. Alat mencoba lagi setiap sepuluh menit. Matikan lalu nyalakan sekali. Jika halaman ini muncul lagi, keluarkan kartunya, salin dahulu, dan tunjukkan kode di bawah kepada yang merawat alat.'
  ]
] as const

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
  app.server.maxConnections = SOCKETS_MAX
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
  const articles = WORDS.map(
    ([language, title, text]) => `<article lang="${language}"><h2>${title}</h2><p>${text}</p></article>`
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Waystation</title><h1>Waystation</h1>${articles.join('')}<p><code>${escaped(reason)}</code></p></html>`
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
