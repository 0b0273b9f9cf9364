import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { WaystationError } from '../errors.ts'
import { LoginThrottled } from './office/login-throttle.ts'
import type { Problem } from './problem-schema.ts'

const INTERNAL_STATUS = 500

/** Answers an error. From 500 on the log is told everything and the client only what the code means. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error)
  if (problem.status >= INTERNAL_STATUS) request.log.error({ err: error }, 'request failed')
  if (error instanceof LoginThrottled) reply.header('retry-after', error.retryAfterSeconds)
  // Without the route's own serializer: a response schema of a stream or a file does not fit a problem.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((body: Problem) => JSON.stringify(body))
    .send(problem)
}

export function toProblem(error: unknown): Problem {
  if (error instanceof WaystationError) {
    const { code, status, title, message } = error
    return { type: 'about:blank', title, status, detail: status < INTERNAL_STATUS ? message : title, code }
  }
  if (isRequestError(error)) {
    const { title } = new WaystationError('REQUEST_INVALID')
    const status = error.statusCode
    return { type: 'about:blank', title, status, detail: error.message, code: 'REQUEST_INVALID' }
  }
  return toProblem(new WaystationError('INTERNAL'))
}

/** Fastify's own refusals: a body that is too long, not JSON, not of the schema. Their texts hold nothing of the hub. */
function isRequestError(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return false
  const { statusCode, code } = error
  return (
    typeof statusCode === 'number' &&
    statusCode >= 400 &&
    statusCode < INTERNAL_STATUS &&
    typeof code === 'string' &&
    code.startsWith('FST_')
  )
}
