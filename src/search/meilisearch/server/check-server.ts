import { SearchUnavailable } from '../../search-unavailable.ts'
import { type MeilisearchConnection, shadowNameOf } from './connection.ts'
import { RefusedRequest } from './http.ts'

/** The first version that can update a document without creating a missing one. */
const OLDEST_VERSION = '1.31'

/** The actions that a key must allow, on the index and the shadow index. */
export const NEEDED_ACTIONS = [
  'search',
  'documents.add',
  'documents.get',
  'documents.delete',
  'indexes.create',
  'indexes.get',
  'indexes.delete',
  'indexes.swap',
  'settings.get',
  'settings.update',
  'tasks.get',
] as const

type Action = (typeof NEEDED_ACTIONS)[number]

/** Checks the server, its version and the rights of the key. @throws SearchUnavailable that says what to do */
export async function checkServer(connection: MeilisearchConnection): Promise<void> {
  const { address, client, index } = connection
  const health = (await connection.ask(() => client.health())) as { status?: unknown } | undefined
  if (health?.status !== 'available') {
    throw new SearchUnavailable(
      'not-meilisearch',
      `The server at ${address} is not Meilisearch. Expected its URL in MEILI_URL.`,
    )
  }
  const missing = await missingActions(connection)
  if (missing.length > 0) throw missingRights(address, index.uid, missing)
  if (await isTooOld(connection)) {
    throw new SearchUnavailable(
      'too-old',
      `Meilisearch at ${address} is older than ${OLDEST_VERSION}, the oldest version that hubdex supports. Upgrade it.`,
    )
  }
}

/**
 * The actions that the key does not allow. Only a master key can list a key's actions, so each is tried with a request that
 * changes nothing or is invalid, since rights are checked first. Deleting an index has no parameter that could be invalid;
 * a rebuild tests that right with its first request.
 */
async function missingActions(connection: MeilisearchConnection): Promise<Action[]> {
  const { client, index, shadowIndex } = connection
  const http = index.httpRequest
  const nonsense = { nonsense: true }
  const trials: Partial<Record<Action, readonly (() => Promise<unknown>)[]>> = {
    search: [() => index.search('', { limit: 0 })],
    'documents.add': both((uid) => http.post({ path: `indexes/${uid}/documents`, body: '', contentType: 'text/plain' })),
    'documents.get': both((uid) => client.index(uid).getDocuments({ limit: 0 })),
    'documents.delete': both((uid) => http.post({ path: `indexes/${uid}/documents/delete-batch`, body: nonsense })),
    'indexes.create': [() => http.post({ path: 'indexes', body: nonsense })],
    'indexes.get': both((uid) => client.index(uid).getRawInfo()),
    'indexes.swap': [() => http.post({ path: 'swap-indexes', body: nonsense })],
    'settings.get': both((uid) => client.index(uid).getSettings()),
    'settings.update': both((uid) => http.patch({ path: `indexes/${uid}/settings`, body: nonsense })),
    'tasks.get': [() => client.tasks.getTasks({ limit: 1 })],
  }
  const answers = await Promise.all(
    Object.entries(trials).map(async ([action, requests]) => {
      const allowed = await Promise.all(requests.map((request) => isAllowed(connection, request)))
      return allowed.every(Boolean) ? [] : [action as Action]
    }),
  )
  return answers.flat()

  function both(request: (uid: string) => Promise<unknown>) {
    return [index.uid, shadowIndex.uid].map((uid) => () => request(uid))
  }
}

/** Only a key for all indexes may read the version. An old server rejects the parameter, a newer one its value. */
async function isTooOld(connection: MeilisearchConnection): Promise<boolean> {
  try {
    await connection.ask(() =>
      connection.index.httpRequest.put({
        path: `indexes/${connection.index.uid}/documents`,
        params: { skipCreation: 'nonsense' },
        body: '',
        contentType: 'text/plain',
      }),
    )
    return true
  } catch (error) {
    if (error instanceof RefusedRequest) return error.code !== 'invalid_skip_creation'
    throw error
  }
}

/** True for any answer except that the key lacks the right: the request may be invalid, or the index missing. */
async function isAllowed(connection: MeilisearchConnection, request: () => Promise<unknown>): Promise<boolean> {
  try {
    await connection.ask(request)
    return true
  } catch (error) {
    if (error instanceof RefusedRequest) return true
    const cause = error instanceof Error ? error.cause : undefined
    if (cause instanceof RefusedRequest && cause.code === 'invalid_api_key') return false
    throw error
  }
}

function missingRights(address: string, index: string, missing: readonly Action[]): SearchUnavailable {
  const shadow = shadowNameOf(index)
  const isRefused = missing.length === NEEDED_ACTIONS.length - 1
  const what = isRefused ? 'is unknown, has expired or is for other indexes' : `lacks the rights ${missing.join(', ')}`
  const body = JSON.stringify({ actions: NEEDED_ACTIONS, indexes: [index, shadow], expiresAt: null })
  const text =
    `The key in MEILI_API_KEY for Meilisearch at ${address} ${what}. Expected a key for the indexes ${index} and ${shadow} ` +
    `with these rights; to create one with the master key: curl -X POST ${address}/keys ` +
    `-H "Authorization: Bearer $MASTER_KEY" -H "Content-Type: application/json" --data '${body}'`
  return new SearchUnavailable(isRefused ? 'key-refused' : 'rights-missing', text)
}
