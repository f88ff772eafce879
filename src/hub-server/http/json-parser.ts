import type { FastifyInstance } from 'fastify'

/** Parses JSON bodies. Several clients send the content type of JSON without a body, such as with DELETE. */
export function addJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, String(body), done)
  })
}
