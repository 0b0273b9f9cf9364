import { fastifyCookie } from '@fastify/cookie'
import { fastifyStatic } from '@fastify/static'
import { fastifySwagger } from '@fastify/swagger'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { WaystationError } from '../errors.ts'
import { VERSION } from '../version.ts'
import { backupRoutes } from './backup-routes.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { documentRoutes } from './document-routes.ts'
import { answerConnectivityChecks } from './check-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { exportRoutes } from './export-routes.ts'
import { guardRoutes } from './guard.ts'
import { healthRoutes } from './health-routes.ts'
import { inviteRoutes } from './invite-routes.ts'
import { leavingRoutes } from './leaving-routes.ts'
import { HTTP_LIMITS } from './limits.ts'
import type { LiveEvents } from './live-events.ts'
import { mapRoutes } from './map-routes.ts'
import { networkRoutes } from './network-routes.ts'
import { observationRoutes } from './observation-routes.ts'
import type { Office } from './office/office.ts'
import { officeRoutes } from './office/routes.ts'
import { openApiRoute } from './open-api-route.ts'
import { photoRoutes } from './photo-routes.ts'
import { sendProblem } from './problem.ts'
import { keepPlaces } from './places.ts'
import { projectRoutes } from './project-routes.ts'
import { setResponseHeaders } from './response-headers.ts'
import type { WebServices } from './services.ts'
import { sessionRoutes } from './session-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { serveShelf, shelfRoutes } from './shelf-routes.ts'
import type { StatusReader } from './status-reader.ts'
import { statusRoutes } from './status-routes.ts'
import { systemRoutes } from './system-routes.ts'
import { updateRoutes } from './update-routes.ts'
import { uploadRoutes } from './upload-routes.ts'

export interface WebAppParts {
  services: WebServices
  office: Office
  status: StatusReader
  events: LiveEvents
  /** Whether there is an encrypted way in, so that the office is closed to the other. */
  encrypts: boolean
  /** Where the built page lies; null serves the API alone. */
  pageDirectory: string | null
  logger: Logger
}

/** The page and the API, without a socket: the caller listens, or injects requests. */
export async function createWebApp(parts: WebAppParts): Promise<FastifyInstance> {
  const { services, office, status, events, encrypts, pageDirectory, logger } = parts
  // Named as Fastify's own type: with pino's the type of the app would be one that no plugin expects.
  const loggerInstance: FastifyBaseLogger = logger
  const app = fastify({
    ...HTTP_LIMITS,
    loggerInstance,
    // Every phone that shows the board asks all day long: only what fails is worth a line.
    logController: new LogController({ disableRequestLogging: true }),
    // What is not in the schema is refused, not dropped in silence.
    ajv: { customOptions: { removeAdditional: false } }
  })
  keepPlaces(app.server)
  // Pages that listen would keep the server from closing for ever.
  app.addHook('preClose', () => events.close())

  setResponseHeaders(app)
  answerConnectivityChecks(app, services.network)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler({}, (request, reply) =>
    sendProblem(new WaystationError('NOT_FOUND'), request, reply)
  )
  await app.register(fastifySwagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Waystation', version: VERSION } }
  })
  await app.register(fastifyCookie)

  await app.register(async (api) => {
    guardRoutes(api, { office, encrypts })
    await api.register(statusRoutes, { status })
    await api.register(eventRoutes, { events })
    await api.register(healthRoutes, { services })
    await api.register(openApiRoute)
    await api.register(officeRoutes, { office })
    await api.register(inviteRoutes, services)
    await api.register(projectRoutes, services)
    await api.register(leavingRoutes, { leaving: services.leaving, office })
    await api.register(deliveryRoutes, services)
    await api.register(observationRoutes, services)
    await api.register(photoRoutes, services)
    await api.register(documentRoutes, services)
    await api.register(exportRoutes, services)
    await api.register(sessionRoutes, services)
    await api.register(settingsRoutes, services)
    await api.register(shelfRoutes, services)
    await api.register(uploadRoutes, { path: '/api/shelf', uploads: services.shelf })
    await api.register(mapRoutes, services)
    await api.register(uploadRoutes, { path: '/api/maps', uploads: services.maps })
    await api.register(backupRoutes, { backup: services.backup, office })
    await api.register(systemRoutes, { system: services.system, office })
    await api.register(updateRoutes, { updates: services.updates, office })
    await api.register(networkRoutes, services)
  })
  await serveShelf(app, services.shelf)
  if (pageDirectory !== null) {
    await app.register(fastifyStatic, {
      root: pageDirectory,
      // The build has compressed what is worth it.
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, path) {
        // The names of these change with their content; what names them is asked for each time.
        const isNamedByContent = path.includes('/assets/')
        void reply.header(
          'cache-control',
          isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache'
        )
      }
    })
  }
  return app
}
