import { SearchUnavailable } from '../search-unavailable.ts'
import { type MeilisearchConnection, spareNameOf } from './connection.ts'
import { RefusedRequest } from './http.ts'

/** The first version that updates documents without making those that it does not have. */
const OLDEST_VERSION = '1.31'

/** What a key has to allow, on the index and on the spare one. */
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

/**
 * Checks that the server is Meilisearch, new enough, and that the key allows what has to be done.
 *
 * @throws SearchUnavailable that says what is wrong and what to do
 */
export async function checkServer(connection: MeilisearchConnection): Promise<void> {
  const { address, client, index } = connection
  const health = (await connection.ask(() => client.health())) as { status?: unknown } | undefined
  if (health?.status !== 'available') {
    throw new SearchUnavailable(`What answers at ${address} is not Meilisearch. Expected its URL in MEILI_URL.`)
  }
  const missing = await missingActions(connection)
  if (missing.length > 0) throw new SearchUnavailable(missingText(address, index.uid, missing))
  if (await isTooOld(connection)) {
    throw new SearchUnavailable(
      `Meilisearch at ${address} is older than ${OLDEST_VERSION}, the first version that can do all that is needed. Upgrade it.`,
    )
  }
}

/**
 * The actions that the key does not allow. Only a master key may ask for a key's actions, so each is tried: by what changes
 * nothing, or by a request with a mistake in it, since rights are looked at first. To delete an index takes no words that
 * could be wrong, so that right is met by a rebuild, as the first thing that it asks for.
 */
async function missingActions(connection: MeilisearchConnection): Promise<Action[]> {
  const { client, index, spareIndex } = connection
  const http = index.httpRequest
  const nonsense = { nonsense: true }
  const trials: Partial<Record<Action, readonly (() => Promise<unknown>)[]>> = {
    search: [() => index.search('', { limit: 0 })],
    'documents.add': both((uid) =>
      http.post({ path: `indexes/${uid}/documents`, body: '', contentType: 'text/plain' }),
    ),
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
    return [index.uid, spareIndex.uid].map((uid) => () => request(uid))
  }
}

/**
 * Tells by what it can do. Only a key for all indexes may ask for the version. An old server does not know the parameter; one
 * that does complains of its value.
 */
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

/** Any other answer than that the key may not: what was asked may be wrong, or may not be there. */
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

function missingText(address: string, index: string, missing: readonly Action[]): string {
  const spare = spareNameOf(index)
  const what =
    missing.length === NEEDED_ACTIONS.length - 1
      ? 'does not know the key in MEILI_API_KEY, or the key has expired or is for other indexes'
      : `has a key in MEILI_API_KEY that lacks ${missing.join(', ')}`
  const body = JSON.stringify({ actions: NEEDED_ACTIONS, indexes: [index, spare], expiresAt: null })
  return (
    `Meilisearch at ${address} ${what}. Expected a key for the indexes ${index} and ${spare} with all that hubdex does ` +
    `there. Who has the master key makes one with: curl -X POST ${address}/keys -H "Authorization: Bearer $MASTER_KEY" ` +
    `-H "Content-Type: application/json" --data '${body}'`
  )
}
