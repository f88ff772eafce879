import { dirname } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SearchableCatalog } from '../../search/catalog-search.ts'
import { escapeHtml } from '../http/html.ts'
import { type BuiltPage, readBuiltPage } from './built-page.ts'
import { plainSearch, type SearchParameters } from './plain-search.ts'

export interface PageOptions {
  catalog: SearchableCatalog
  /** The configured address of the Hub. */
  endpoint: string
  /** The path that a proxy puts before all paths, such as `/hubdex`; empty for none. */
  basePath: string
  /** @default the built page, if there is one */
  page?: BuiltPage | undefined
}

/** Addresses of views. The page itself reads what follows. */
const VIEWS = [
  '/models/*',
  '/datasets/*',
  '/spaces/*',
  '/collections/*',
  '/sql',
  '/sql/:name',
  '/changes',
  '/status',
  '/columns',
  '/compare',
]

/** Everything comes from this server, and scripts and styles are never inline. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; " +
    "form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>hubdex</title><h1>The page is not built</h1>' +
  '<p>In a checkout, <code>npm install</code> builds it, and <code>npm run build:page</code> builds it again. ' +
  '<a href="api">The API</a>, commands and feeds work without it.</p></html>'

/** The page at `/` and the addresses of its views, and its files. */
export async function pageRoutes(app: FastifyInstance, options: PageOptions): Promise<void> {
  const page = options.page ?? readBuiltPage()
  if (page !== undefined) await serveFiles(app, page)
  const documentFor = (withoutScript: string) =>
    page === undefined ? NOT_BUILT : completed(page.document, options.basePath, withoutScript)
  const plain = documentFor('<p>This page needs JavaScript. <a href="search">The search</a> works without it.</p>')
  const view = (_request: FastifyRequest, reply: FastifyReply) => reply.headers(HEADERS).send(plain)
  for (const path of VIEWS) app.get(path, view)

  const search = async (request: FastifyRequest, reply: FastifyReply) => {
    const list = await plainSearch(options.catalog, request.query as SearchParameters, options.endpoint)
    return await reply.headers(HEADERS).send(documentFor(list))
  }
  app.get('/', search)
  app.get('/search', search)
  // Browsers get the page, which says that there is no such view; programs a problem.
  app.get('/*', (request, reply) =>
    request.headers.accept?.startsWith('text/html') === true ? view(request, reply.code(404)) : reply.callNotFound(),
  )
}

/** The names of the files in `assets` contain a hash of their contents, so that browsers may keep them. */
async function serveFiles(app: FastifyInstance, { folder, files }: BuiltPage): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false, decorateReply: true })
  for (const file of files) {
    const isHashed = dirname(file) === 'assets'
    const cacheControl = isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
    app.get(`/${file}`, (_request, reply) =>
      reply.header('cache-control', cacheControl).header('x-content-type-options', 'nosniff').sendFile(file),
    )
  }
}

function completed(document: string, basePath: string, withoutScript: string): string {
  // Functions, because `$` in a replacement text has a meaning.
  return document
    .replace('<base href="/">', () => `<base href="${escapeHtml(basePath)}/">`)
    .replace('<!--without-script-->', () => withoutScript)
}
