/** Why a cell of the coverage page is empty. */
interface Reasons {
  readonly client?: string
  readonly command?: string
  readonly js?: string
  readonly python?: string
}

export interface Endpoint {
  readonly group: string
  /** Method and path. `{kinds}` is models, datasets or spaces; `{id}` is `owner/name`. */
  readonly name: string
  /** Where the sample Hub answers it, below `src/hub-server/`. */
  readonly source: string
  /** Tests of what it does, below `test/`. */
  readonly tests: readonly string[]
  readonly why: Reasons
}

/** Tests by source. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  'collections/collection-routes.ts': ['hub-server/collections', 'hub/collections/collections', 'cli/commands/hub'],
  'hub-server.ts': ['hub-server/details', 'hub-server/quick-search', 'hub/repos/detail'],
  'lists/list-query.ts': ['hub-server/lists', 'hub/listing/lists'],
  'people/account-routes.ts': ['hub-server/people', 'hub/account/whoami'],
  'routes/discover/below.ts': ['hub/discover-client'],
  'routes/discover/papers.ts': ['hub/discover-client'],
  'routes/discover/people.ts': ['hub-server/people', 'hub/discover-client'],
  'routes/discover/trends.ts': ['hub/discover-client'],
  'routes/files/below.ts': ['hub-server/revisions'],
  'routes/files/commits.ts': ['hub-server/revisions', 'hub/files/files-client'],
  'routes/files/large-files.ts': ['sample-hub/huggingface-files'],
  'routes/files/tree.ts': ['hub-server/revisions', 'hub/files/files-client'],
  'routes/files/write-files.ts': ['hub-server/commits', 'hub/files/files-client', 'cli/commands/hub/file-changes'],
  'routes/parquet-route.ts': ['hub-server/files', 'hub/repos/files'],
  'routes/repo-routes.ts': ['hub-server/details', 'hub/repos/detail'],
  'routes/resolve-route.ts': ['hub-server/files', 'hub/repos/files'],
  'routes/space-routes.ts': ['hub-server/space-routes'],
  'routes/write-routes.ts': ['hub-server/writes', 'hub/repos/writes'],
  'viewer/viewer-routes.ts': ['hub/viewer-client'],
  'webhooks/webhook-routes.ts': ['hub-server/webhooks', 'cli/commands/hub'],
}

/** The client has none for it. */
const NONE = 'no function'
const NO_FUNCTION = { js: NONE, python: NONE }
const GET_READS_IT = '`read`, as any path'
const FOR_CLIENTS = 'only part of other calls'
const BY_GIT_LFS = 'hubdex commits without Git LFS'

/** The endpoints of the Hub's API, in the order of the page. The first whose pattern matches a request is meant. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...group('Lists and details', 'lists/list-query.ts', [['GET /api/{kinds}']]),
  ...group('Lists and details', 'routes/space-routes.ts', [
    ['GET /api/spaces/semantic-search', { client: GET_READS_IT, js: NONE }],
    ['GET /api/spaces/hardware', { client: GET_READS_IT, js: NONE }],
    ['GET /api/spaces/templates', { client: GET_READS_IT, js: NONE }],
  ]),
  ...group('Lists and details', 'hub-server.ts', [['GET /api/{tagged}-tags-by-type', { js: NONE }]]),
  ...group('Parquet files', 'routes/parquet-route.ts', [
    ['GET /api/datasets/{id}/parquet/{config}/{split}/{n}.parquet', NO_FUNCTION],
    ['GET /api/datasets/{id}/parquet/{config}/{split}', NO_FUNCTION],
    ['GET /api/datasets/{id}/parquet/{config}', NO_FUNCTION],
    ['GET /api/datasets/{id}/parquet', NO_FUNCTION],
  ]),
  ...group('Files and commits', 'routes/files/tree.ts', [['GET /api/{kinds}/{id}/tree/{rev}{path}']]),
  ...group('Files and commits', 'routes/files/below.ts', [
    ['GET /api/{kinds}/{id}/treesize/{rev}{path}', { client: GET_READS_IT, ...NO_FUNCTION }],
    ['GET /api/{kinds}/{id}/scan', { client: GET_READS_IT, ...NO_FUNCTION }],
    ['GET /api/models/{id}/safetensors-metadata/{file}', { client: GET_READS_IT, js: NONE }],
  ]),
  ...group('Files and commits', 'routes/files/commits.ts', [
    ['GET /api/{kinds}/{id}/commits/{rev}'],
    ['GET /api/{kinds}/{id}/refs', { js: NONE }],
  ]),
  ...group('Files and commits', 'routes/files/write-files.ts', [
    ['POST /api/{kinds}/{id}/paths-info/{rev}', { command: FOR_CLIENTS }],
    ['POST /api/{kinds}/{id}/preupload/{rev}'],
    ['POST /api/{kinds}/{id}/commit/{rev}'],
    ['POST /api/{kinds}/{id}/branch/{rev}'],
    ['DELETE /api/{kinds}/{id}/branch/{rev}'],
    ['POST /api/{kinds}/{id}/tag/{rev}', { js: NONE }],
    ['DELETE /api/{kinds}/{id}/tag/{rev}', { js: NONE }],
  ]),
  ...group('Files and commits', 'routes/files/large-files.ts', [
    ['POST {page}.git/info/lfs/objects/batch', { client: BY_GIT_LFS, command: BY_GIT_LFS }],
    ['PUT /lfs-uploads/{sha256}', { client: BY_GIT_LFS, command: BY_GIT_LFS }],
  ]),
  ...group('Repos', 'routes/write-routes.ts', [
    ['POST /api/repos/create'],
    ['DELETE /api/repos/delete'],
    ['POST /api/repos/move', { js: NONE }],
    ['PUT /api/repos/{kind}/{id}/settings', { client: 'documented until December 2025; clients use the one below', ...old() }],
    ['PUT /api/{kinds}/{id}/settings', { js: NONE }],
    ['POST /api/{kinds}/{id}/duplicate', { js: NONE }],
    ['POST /api/{kinds}/{id}/like', { command: 'people like repos on their pages', js: NONE }],
    ['DELETE /api/{kinds}/{id}/like', { command: 'people like repos on their pages', js: NONE }],
  ]),
  ...group('Accounts', 'people/account-routes.ts', [
    ['GET /api/whoami-v2'],
    ['POST /api/{kinds}/{id}/user-access-request/grant', { client: 'no part of a catalog', js: NONE }],
  ]),
  ...group('Collections', 'collections/collection-routes.ts', [
    ['GET /api/collections'],
    ['POST /api/collections'],
    ['POST /api/collections/{slug}/items/batch', { command: 'single changes are enough for people', ...NO_FUNCTION }],
    ['POST /api/collections/{slug}/items', { js: NONE }],
    ['POST /api/collections/{slug}/item', { client: 'the documented name of the one above', ...old() }],
    ['PATCH /api/collections/{slug}/items/{item}', { js: NONE }],
    ['DELETE /api/collections/{slug}/items/{item}', { js: NONE }],
    ['POST /api/collections/{slug}/resource-group', { js: NONE }],
    ['GET /api/collections/{slug}', { js: NONE }],
    ['PATCH /api/collections/{slug}', { js: NONE }],
    ['DELETE /api/collections/{slug}'],
  ]),
  ...group('Webhooks', 'webhooks/webhook-routes.ts', [
    ['GET /api/settings/webhooks', { js: NONE }],
    ['POST /api/settings/webhooks', { js: NONE }],
    ['POST /api/settings/webhooks/{id}/enable', { js: NONE }],
    ['POST /api/settings/webhooks/{id}/disable', { js: NONE }],
    ['POST /api/settings/webhooks/{id}/replay/{delivery}', NO_FUNCTION],
    ['GET /api/settings/webhooks/{id}', { js: NONE }],
    ['POST /api/settings/webhooks/{id}', { js: NONE }],
    ['DELETE /api/settings/webhooks/{id}', { js: NONE }],
  ]),
  ...group('People', 'routes/discover/people.ts', [
    ['GET /api/users/{name}/overview', { js: NONE }],
    ['GET /api/users/{name}/followers', { js: NONE }],
    ['GET /api/users/{name}/following', { client: GET_READS_IT, js: NONE }],
    ['GET /api/users/{name}/likes', { js: NONE }],
    ['GET /api/organizations/{name}/overview', { js: NONE }],
    ['GET /api/organizations/{name}/members', { js: NONE }],
    ['GET /api/organizations/{name}/followers', { js: NONE }],
    ['GET /api/{kinds}/{id}/likers', { js: NONE }],
  ]),
  ...group('Discovery', 'routes/discover/trends.ts', [
    ['GET /api/trending', NO_FUNCTION],
    ['GET /api/tasks', NO_FUNCTION],
    ['POST /api/validate-yaml', { client: 'hubdex edits no cards', js: NONE }],
  ]),
  ...group('Discovery', 'hub-server.ts', [['GET /api/quicksearch', NO_FUNCTION]]),
  ...group('Discovery', 'routes/discover/papers.ts', [
    ['GET /api/daily_papers', { js: NONE }],
    ['GET /api/papers/search', { js: NONE }],
    ['GET /api/papers/{paper}', { js: NONE }],
    ['GET /api/papers', NO_FUNCTION],
    ['GET /api/arxiv/{paper}/repos', { client: GET_READS_IT, ...NO_FUNCTION }],
  ]),
  ...group('Discovery', 'routes/discover/below.ts', [
    ['GET /api/datasets/{id}/croissant', NO_FUNCTION],
    ['GET /api/{kinds}/{id}/discussions', { js: NONE }],
    ['GET /api/spaces/{id}/runtime', { client: GET_READS_IT, js: NONE }],
  ]),
  ...group('Lists and details', 'routes/repo-routes.ts', [
    ['GET /api/{kinds}/{id}/auth-check/write', { client: FOR_CLIENTS, js: NONE }],
    ['GET /api/{kinds}/{id}/auth-check', { client: FOR_CLIENTS, js: NONE }],
    ['GET /api/{kinds}/{id}/revision/{rev}'],
    ['GET /api/{kinds}/{id}'],
  ]),
  ...group('Dataset viewer', 'viewer/viewer-routes.ts', [
    ...['is-valid', 'splits', 'size', 'info', 'statistics'].map((name) => [`GET /viewer/${name}`, NO_FUNCTION] as const),
    ['GET /viewer/parquet', { js: NONE }],
  ]),
  ...group('Files and commits', 'routes/resolve-route.ts', [
    ['GET {page}/resolve/{rev}{path}'],
    ['GET {page}/raw/{rev}{path}', { client: 'hubdex reads files, not pointers', python: NONE }],
  ]),
]

function old(): Reasons {
  return { js: 'an old name', python: 'an old name' }
}

function group(name: string, source: string, entries: readonly (readonly [string, Reasons?])[]): Endpoint[] {
  return entries.map(([endpoint, why = {}]) => ({ group: name, name: endpoint, source, tests: TESTS[source] ?? [], why }))
}

const SEGMENT = '[^/]+'
const PARTS: Readonly<Record<string, string>> = {
  kinds: '(?:models|datasets|spaces)',
  kind: '(?:model|dataset|space)',
  tagged: '(?:models|datasets)',
  id: `${SEGMENT}(?:/${SEGMENT})?`,
  // Some clients leave the slashes of a ref.
  rev: `(?:refs/${SEGMENT}/${SEGMENT}|${SEGMENT})`,
  path: '(?:/.*)?',
  file: '.+',
  slug: `${SEGMENT}/${SEGMENT}`,
  page: `(?:/(?:datasets|spaces))?/${SEGMENT}(?:/${SEGMENT})?`,
}

const PATTERNS = ENDPOINTS.map(({ name }) => {
  const pattern = name.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, (_all, part: string) => PARTS[part] ?? SEGMENT)
  return { name, pattern: new RegExp(`^${pattern}/?$`) }
})

/** The endpoint of a request; with a question mark, the request itself if it is none of them. */
export function endpointOf(method: string, url: string): string {
  const [path = ''] = url.split('?')
  const request = `${method === 'HEAD' ? 'GET' : method} ${path}`
  return PATTERNS.find(({ pattern }) => pattern.test(request))?.name ?? `? ${request}`
}
