import type { FastifyInstance } from 'fastify'
import { PROBLEMS } from '../../api/problems.ts'
import { API_ROUTES } from '../../api/routes.ts'
import { sendJson, sendTagged } from '../../http/answer.ts'
import { escapeHtml } from '../../http/html.ts'
import type { ApiOptions } from './api-options.ts'
import { describeRoute, type RouteDescription } from './describe-route.ts'

/** `/api/openapi.json`, and the same for people at `/api`. */
export function referenceRoutes(app: FastifyInstance, { basePath, about }: ApiOptions): void {
  app.get('/api/openapi.json', { schema: { hide: true } as object }, (request, reply) =>
    sendJson(request, reply, app.swagger()),
  )
  const page = referencePage(about.version, basePath)
  for (const url of ['/api', '/api/']) {
    app.get(url, { schema: { hide: true } as object }, (request, reply) => {
      reply.type('text/html; charset=utf-8')
      return sendTagged(request, reply, page)
    })
  }
}

function referencePage(version: string, basePath: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>HTTP API of hubdex</title>
<link rel="stylesheet" href="${basePath}/plain.css">
</head>
<body>
<h1>HTTP API of hubdex ${escapeHtml(version)}</h1>
<p>The same as <a href="${basePath}/api/openapi.json">OpenAPI 3.1</a>. Lists page by <code>cursor</code>: pass
<code>nextCursor</code> of the last answer with the same other parameters. Tables are also CSV and Parquet, by
<code>?format=csv</code> or <code>parquet</code>, or by <code>Accept: text/csv</code>. A token is sent as <code>Authorization: Bearer …</code>.</p>
<ul>
${API_ROUTES.map((route) => `<li><a href="#${anchorOf(route)}"><code>${methodAndPath(route)}</code></a> ${escapeHtml(route.summary)}</li>`).join('\n')}
</ul>
${API_ROUTES.map((route) => section(describeRoute(route))).join('\n')}
<h2>Problems</h2>
<p>Errors are problem details (RFC 9457) with one of these codes.</p>
<dl>
${Object.entries(PROBLEMS)
  .map(([code, text]) => `<dt id="${code}"><code>${code}</code></dt><dd>${escapeHtml(text)}</dd>`)
  .join('\n')}
</dl>
</body>
</html>
`
}

function section(route: RouteDescription): string {
  const rows = route.parameters.map(
    ({ name, place, type, description }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}</td><td>${escapeHtml(type)}</td><td>${escapeHtml(description)}</td></tr>`,
  )
  const table =
    rows.length === 0
      ? ''
      : `<table>\n<tr><th>parameter</th><th>in</th><th>type</th><th>what</th></tr>\n${rows.join('\n')}\n</table>\n`
  return `<h2 id="${anchorOf(route)}"><code>${methodAndPath(route)}</code></h2>
<p>${escapeHtml(route.summary)} Answers ${escapeHtml(route.formats.join(' or '))}.</p>
${table}`
}

function methodAndPath({ method, path }: Pick<RouteDescription, 'method' | 'path'>): string {
  return `${method} ${escapeHtml(path)}`
}

function anchorOf({ path }: Pick<RouteDescription, 'path'>): string {
  return path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')
}
