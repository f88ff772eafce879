import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import helmet from '@fastify/helmet'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { describeError } from '../catalog/postgres/errors.ts'
import type { ServerEvent } from '../telemetry/events.ts'
import { RequestAborted } from './http/close-signal.ts'
import { HttpProblem, problemDetails, sendProblem } from './http/problem.ts'
import { problemOfError } from './http/problem-of-error.ts'
import { hostCheck, type ServerAccess } from './security/host-check.ts'

/** Time for a request to arrive completely. */
const REQUEST_TIMEOUT_MS = 30_000
/** A connection on which nothing moves for so long is closed. */
const IDLE_TIMEOUT_MS = 120_000
/** The address of a request counts, too: a search of 10,000 characters, each as nine. */
const MAX_HEADER_BYTES = 128 * 1024
/** A name has at most 500 characters, each of up to nine in an address. */
const MAX_PARAMETER_LENGTH = 4_500

/** No other host names, and no proxies. */
const LOCAL_ACCESS: ServerAccess = { host: '127.0.0.1', allowedHosts: [], trustedProxies: [] }

/** Pages load nothing from other sites, run only scripts of files, and must not be framed. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
}

export interface AppOptions {
  emit(event: ServerEvent): void
  /** @default only this machine */
  access?: ServerAccess | undefined
  /** The path that a proxy puts before all paths, such as `/hubdex`. @default none */
  basePath?: string | undefined
}

/**
 * The base of all servers. It says in problem details why a request fails, and hides details of failures from clients. Paths
 * are accepted with and without the base path, because some proxies remove it.
 */
export function createApp({ emit, access = LOCAL_ACCESS, basePath = '' }: AppOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    trustProxy: access.trustedProxies.length > 0 && [...access.trustedProxies],
    rewriteUrl: ({ url = '/' }) => (isBelow(url, basePath) ? url.slice(basePath.length) || '/' : url),
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply as FastifyReply, problemOfError(error), basePath)
    },
    clientErrorHandler: (error, socket) => refuseOnSocket(error, socket, basePath),
  })
  app.addHook('onRequest', hostCheck(access, basePath))
  app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // TLS is the proxy's, and its site may have other pages without TLS.
    strictTransportSecurity: false,
    // Browsers complain about these on sites without TLS.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Pages of the allowed origins read the API; all others are kept out by CORS.
    crossOriginResourcePolicy: false,
  })
  app.setErrorHandler((error: Error, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOfError(error)
    // A client that has gone gets no answer, and its queries were canceled.
    const hasGone = error instanceof RequestAborted || reply.raw.destroyed
    if (problem.status >= 500 && !(error instanceof HttpProblem) && !hasGone) {
      // Without the query, which may contain tokens.
      const path = request.url.replace(/[?#].*$/s, '').slice(0, 200)
      emit({ type: 'request-failed', method: request.method, path, reason: describeError(error) })
    }
    if ([503, 504].includes(problem.status) && !reply.hasHeader('retry-after')) reply.header('retry-after', '5')
    return sendProblem(reply, problem, basePath)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(
      reply,
      new HttpProblem(404, 'not-found', `There is nothing here. ${basePath}/api lists what exists.`),
      basePath,
    ),
  )
  return app
}

function isBelow(url: string, basePath: string): boolean {
  return basePath !== '' && url.startsWith(basePath) && /^(\/|\?|$)/.test(url.slice(basePath.length))
}

/** Answers a request that is no HTTP, too slow or too long for a reply of the app. */
function refuseOnSocket(error: Error & { code?: string }, socket: Socket, basePath: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, `The request did not arrive within ${REQUEST_TIMEOUT_MS / 1000} seconds.`]
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, `Address and headers are longer than ${MAX_HEADER_BYTES} bytes.`]
        : [400, 'The request is not valid HTTP.']
  const body = JSON.stringify(problemDetails(new HttpProblem(status, 'invalid-request', detail), basePath))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  else socket.destroy()
}
