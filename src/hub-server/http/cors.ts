import type { FastifyInstance } from 'fastify'

/**
 * Lets scripts of any page use the API, as the Hub does with Express's `cors`: responses name the caller's origin, and OPTIONS
 * is answered 204 for every path.
 */
export function addCors(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers, method, protocol, host }, reply) => {
    reply.header('access-control-allow-origin', headers.origin ?? `${protocol}://${host}`)
    if (method !== 'OPTIONS') return
    const asked = headers['access-control-request-headers']
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
        ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
        'access-control-max-age': '86400',
        vary: 'Origin, Access-Control-Request-Headers',
      })
      .send()
  })
  app.options('/*', async () => undefined)
}
