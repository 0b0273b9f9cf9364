import type { FastifyInstance } from 'fastify'
import type { NetworkService } from './services.ts'

/**
 * Answers the connectivity checks of phones, which come with the names of other hosts. It looks before the routes do, at the
 * host and path of the table alone: to every other foreign host the hub stays what it is, no website.
 */
export function answerConnectivityChecks(app: FastifyInstance, network: NetworkService): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return
    const [path = ''] = request.url.split('?', 1)
    const answer = network.checkAnswer({ host: request.hostname, path, from: request.ip })
    if (answer === null) return
    reply.header('cache-control', 'no-store')
    if ('location' in answer) return reply.redirect(answer.location, 302)
    return reply
      .code(answer.status)
      .headers({ 'content-type': 'text/plain', ...answer.headers })
      .send(answer.status === 204 ? null : answer.body)
  })
}
