import { expect, test } from 'vitest'
import { PROBLEMS } from '../../src/server/api/problems.ts'
import { API_ROUTES } from '../../src/server/api/routes.ts'
import { describeRoute, type RouteDescription } from '../../src/server/routes/api/describe-route.ts'

const INTRODUCTION = `# HTTP API

<!-- The routes and problems are generated from their schemas by \`npm run docs\`. -->

\`hubdex up\` and \`hubdex serve\` answer programs at \`http://127.0.0.1:8000/api/v1/…\`. \`/api/openapi.json\` is the OpenAPI 3.1
document, and \`/api\` the same as a page.

\`\`\`sh
curl 'http://127.0.0.1:8000/api/v1/search?q=whisper&filter=license=mit,apache-2.0&filter=downloads=1000..&facet=language'
curl 'http://127.0.0.1:8000/api/v1/repos/model/openai/whisper-large-v3/lineage?direction=descendants'
curl 'http://127.0.0.1:8000/api/v1/columns?name=question&name=answer&name=context'
curl 'http://127.0.0.1:8000/api/v1/events?type=license&author=openai'
curl -H 'content-type: application/json' -d '{"sql": "select count(*) from models"}' 'http://127.0.0.1:8000/api/v1/sql?format=csv'
\`\`\`

- **Same answers as the commands.** A search prints what \`hubdex search --json\` prints, with the same filters; a repo what
  \`hubdex show --json\` prints, in parts; a query what \`hubdex sql\` prints; the status what \`hubdex status --json\` prints.
- **Repos** are found by current or former name in any letter case, or by hub id. \`Content-Location\` has the current name.
- **Pages.** A list takes \`limit\` and \`cursor\`. Pass \`nextCursor\` of the last answer (the header \`Link\` has it, too) with the
  same other parameters. A search lists its first 100,000 hits.
- **What changed since.** \`/api/v1/events?since=2026-01-01T00:00:00Z\` lists events from then on. Store \`nextCursor\` and ask again
  with it later: each event comes once, and none is skipped, even of transactions that take long.
- **CSV and Parquet.** Every table, by \`?format=csv\` or \`?format=parquet\`, or by \`Accept: text/csv\` or
  \`application/vnd.apache.parquet\`. Nested values are JSON. In CSV, text that a spreadsheet would run as a formula gets a \`'\`.
- **Limits.** The queries of one request, other than SQL, are stopped after 30 seconds (504), or when the client has gone. While
  the database is unreachable, answers are 503. Both have \`Retry-After\`, and event streams stay open.
- **Caches.** Answers have an \`ETag\`; \`If-None-Match\` gets 304 while an answer is the same.
- **Feeds.** \`/feeds/search.atom\` and \`/feeds/events.atom\` take the same filters, for any feed reader.
- **SQL** runs behind the same fence as \`hubdex sql\`, three queries at once. A closed connection cancels its query.
- **Untrusted text.** Names, descriptions, tags and READMEs were written by users of the Hub. Show them as text.

## Who may do what

| listens on | setting | reading | SQL |
| --- | --- | --- | --- |
| loopback (\`127.0.0.1\`, the default) | | everybody on this machine | everybody on this machine |
| another address | \`HUBDEX_OPERATOR_TOKEN\` | with the token | with the token |
| any address | \`HUBDEX_PUBLIC_READ=true\` | everybody | with the token; without one nobody |
| another address | neither | the server refuses to start | |

The token is sent as \`Authorization: Bearer …\`. A browser signs in at \`/sign-in\`, with any user name. \`/health\`, \`/livez\`,
\`/readyz\` and \`/metrics\` need no token, and \`/webhooks/hub\` has a secret of its own. Pages of other sites reach the API only
from the origins in \`HUBDEX_CORS_ORIGINS\`. \`HUBDEX_RATE_LIMIT\` limits requests per minute and network of clients, on other
addresses than loopback 1,200 unless set. \`HUBDEX_BASE_PATH=/hubdex\` serves it under a path of a reverse proxy.

## Routes

| route | what | formats |
| --- | --- | --- |
`

test('docs/http-api.md matches the schemas of the routes (npm run docs regenerates it)', async () => {
  const routes = API_ROUTES.map(describeRoute)
  const rows = routes.map(
    ({ method, path, summary, formats }) => `| \`${method} ${path}\` | ${summary} | ${formats.join(', ')} |`,
  )
  const problems = Object.entries(PROBLEMS).map(([code, text]) => `| \`${code}\` | ${text} |`)
  const page = [
    INTRODUCTION + rows.join('\n'),
    ...routes.filter(({ parameters }) => parameters.length > 0).map(section),
    `## Problems\n\nErrors are problem details (RFC 9457): \`code\` is one of these, and \`detail\` says what to do.\n\n| code | meaning |\n| --- | --- |\n${problems.join('\n')}`,
  ]
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../../docs/http-api.md')
})

test('no two routes have the same method and path', () => {
  const names = API_ROUTES.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
})

function section({ method, path, parameters }: RouteDescription): string {
  const rows = parameters.map(
    ({ name, place, type, description }) => `| \`${name}\` | ${place} | ${type} | ${description.replaceAll('|', '\\|')} |`,
  )
  return `### ${method} ${path}\n\n| parameter | in | type | what |\n| --- | --- | --- | --- |\n${rows.join('\n')}`
}
