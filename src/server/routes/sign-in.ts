import type { FastifyInstance } from 'fastify'

/**
 * `/sign-in?next=/path` makes a browser ask for the token of the operator, which it then sends with every request, and leads
 * back to the page.
 */
export async function signInRoute(app: FastifyInstance, { basePath }: { basePath: string }): Promise<void> {
  app.get<{ Querystring: { next?: unknown } }>('/sign-in', { config: { access: 'operator' } }, (request, reply) => {
    const { next } = request.query
    // Only to this site: a browser takes // and /\ for the beginning of another.
    const isOwn = typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\')
    return reply.header('cache-control', 'no-store').redirect(isOwn ? next : `${basePath}/`, 303)
  })
}
