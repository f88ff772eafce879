import pRetry from 'p-retry'
import pg from 'pg'
import { isPostgresUrl } from '../../config/server-url.ts'
import { CodedError } from '../../util/coded-error.ts'
import { FITNESS, type Fitness, sessionSettings, unfitness } from './fitness.ts'
import { ignoreIdleErrors } from './lost-connections.ts'
import { preparedStatement } from './prepared-statements.ts'
import { sqlState } from './sql-state.ts'

type PostgresUnavailableCode = keyof typeof ADVICE | 'invalid-url' | 'unfit' | 'certificate-unreadable' | 'other'

/** The database cannot be used. The message says why and what to do, without the password. */
class PostgresUnavailable extends CodedError<PostgresUnavailableCode> {
  override readonly name = 'PostgresUnavailable'
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Prepares marked statements, and bounds how long it takes to connect. The pool's own limit would also bound how long a query
 * waits for a free connection, which on a busy database may take longer without a fault.
 */
class BoundedClient extends pg.Client {
  constructor(options: pg.ClientConfig = {}) {
    super({ ...options, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  }

  // The many overloads of `query` can only be overridden together, so the types of their parameters are not known here.
  override query = ((text: string, ...others: unknown[]) => {
    const prepared = preparedStatement(text, others[0])
    return prepared === undefined ? super.query(text, ...(others as [])) : super.query(prepared, ...(others.slice(1) as []))
  }) as pg.Client['query']
}

/** Recovery of a server after a crash may take half a minute. */
const STARTING_TRIES = 60
const STARTING_PAUSE_MS = 500

/**
 * Opens a pool on a Postgres server and checks that it can be used.
 *
 * @param searchPath the schemas of unqualified names
 * @throws PostgresUnavailable if it is unreachable, refuses the login, or cannot hold a catalog
 */
export async function openPostgres(databaseUrl: string, maxConnections: number, searchPath = 'public'): Promise<pg.Pool> {
  const where = `The ${nameOfDatabase(databaseUrl)}`
  const pool = new pg.Pool({
    connectionString: withLibpqSslMode(databaseUrl),
    max: maxConnections,
    application_name: 'hubdex',
    Client: BoundedClient,
    onConnect: async (client) => void (await client.query(sessionSettings(searchPath))),
  })
  ignoreIdleErrors(pool)
  try {
    await refuseUnfit(pool, where)
    return pool
  } catch (error) {
    await pool.end()
    if (speaksNoTls(error) && /sslmode=(prefer|allow)\b/.test(databaseUrl)) {
      const plainUrl = databaseUrl.replace(/sslmode=(prefer|allow)\b/, 'sslmode=disable')
      return await openPostgres(plainUrl, maxConnections, searchPath)
    }
    throw error instanceof PostgresUnavailable ? error : explain(where, error)
  }
}

/** Gives sslmode its meaning in libpq. The driver treats `require` as `verify-full`, with a warning of seven lines. */
function withLibpqSslMode(databaseUrl: string): string {
  if (!/[?&]sslmode=/.test(databaseUrl) || databaseUrl.includes('uselibpqcompat=')) return databaseUrl
  return `${databaseUrl.replace('sslmode=allow', 'sslmode=prefer')}&uselibpqcompat=true`
}

async function refuseUnfit(pool: pg.Pool, where: string): Promise<void> {
  const { rows } = await pRetry(() => pool.query<Fitness>(FITNESS), {
    retries: STARTING_TRIES,
    minTimeout: STARTING_PAUSE_MS,
    factor: 1,
    shouldRetry: ({ error }) => isStarting(error),
  })
  for (const row of rows) {
    const reason = unfitness(row)
    if (reason !== undefined) throw new PostgresUnavailable('unfit', `${where} ${reason}`)
  }
}

function speaksNoTls(error: unknown): boolean {
  return error instanceof Error && NO_TLS.test(error.message)
}

function isStarting(error: unknown): boolean {
  return sqlState(error) === '57P03'
}

/** The URL's host and database, by which people recognize it, without the password. */
export function nameOfDatabase(databaseUrl: string): string {
  const url = isPostgresUrl(databaseUrl) ? URL.parse(databaseUrl) : null
  if (url === null) {
    throw new PostgresUnavailable(
      'invalid-url',
      'The database URL is not a Postgres URL: expected postgres://user:password@host:5432/database, with special ' +
        'characters in user and password escaped, such as @ as %40.',
    )
  }
  const host = url.searchParams.get('host') ?? url.host
  return `database ${url.pathname.slice(1) || '(default)'} on ${host || 'localhost'}`
}

const ADVICE = {
  'connection-refused': 'no server listens there. Start the server, or correct the host and port in the URL.',
  'no-socket': 'no server has its socket there. Start the server, or correct the host in the URL.',
  'no-such-host': 'the host does not exist. Correct the host in the URL.',
  'unresolved-host': 'the host name could not be resolved. Check the network, then the host in the URL.',
  'no-answer': 'it does not answer. Check the network, a firewall, and the host in the URL.',
  'no-route': 'there is no route to this host. Check the network, and the host in the URL.',
  disconnected: 'it reset the connection. Check that the server there is Postgres.',
  'wrong-protocol': 'it does not answer like Postgres. Check the host and port in the URL.',
  'password-missing': 'it requires a password and the URL has none. Add it.',
  'password-refused': 'it refused the password. Correct the user or the password in the URL.',
  'access-denied': 'it does not admit this user from this host. Correct the user in the URL, or the server’s pg_hba.conf.',
  'right-missing': 'the user may not connect to this database. Grant it, or use another user.',
  'no-such-database': 'there is no such database. Create it (createdb), or correct its name in the URL.',
  'too-many-connections': 'it has no free connection. Raise its max_connections, or end other clients.',
  starting: 'it has been starting up or shutting down for half a minute. Try again later, and check its log.',
  'tls-required':
    'it requires TLS from this host, and the URL does not ask for it. Add ?sslmode=require to the URL; or ' +
    'sslmode=verify-full, with sslrootcert=FILE if its certificate is from a private authority.',
  'tls-unsupported': 'it does not support TLS, which the URL asks for. Remove sslmode from the URL.',
  'certificate-missing': 'sslmode=verify-ca needs sslrootcert=FILE in the URL. Give it, or use verify-full or require.',
  'certificate-refused': 'its TLS certificate was not accepted. Give sslrootcert in the URL, or correct the host.',
} as const

/** By errno or SQLSTATE. */
const CODES: Readonly<Record<string, keyof typeof ADVICE>> = {
  ECONNREFUSED: 'connection-refused',
  ENOENT: 'no-socket',
  ENOTFOUND: 'no-such-host',
  EAI_AGAIN: 'unresolved-host',
  ETIMEDOUT: 'no-answer',
  EHOSTUNREACH: 'no-route',
  ECONNRESET: 'disconnected',
  '28P01': 'password-refused',
  '28000': 'access-denied',
  '3D000': 'no-such-database',
  '42501': 'right-missing',
  '53300': 'too-many-connections',
  '57P03': 'starting',
}

const NO_TLS = /does not support SSL/i

const CODES_BY_MESSAGE: readonly [RegExp, keyof typeof ADVICE][] = [
  [NO_TLS, 'tls-unsupported'],
  [/requires specifying a CA/, 'certificate-missing'],
  [/certificate/i, 'certificate-refused'],
  [/password must be a string|no password/i, 'password-missing'],
  [/timeout|terminated unexpectedly/i, 'wrong-protocol'],
]

function explain(where: string, error: unknown): PostgresUnavailable {
  // A host with several addresses fails with one error per address.
  const first = error instanceof AggregateError ? error.errors[0] : error
  const found = (first instanceof Error ? first : new Error(String(first))) as NodeJS.ErrnoException
  const because = (code: PostgresUnavailableCode, text: string) =>
    new PostgresUnavailable(code, `${where} cannot be used: ${text}`, { cause: error })
  if (found.syscall === 'open') {
    const text = `${found.path}, which the URL names, cannot be read (${found.code}). Correct its name.`
    return because('certificate-unreadable', text)
  }
  const code = codeOf(found)
  return code === undefined ? because('other', found.message) : because(code, ADVICE[code])
}

function codeOf({ code, message }: NodeJS.ErrnoException): keyof typeof ADVICE | undefined {
  if (code === '28000' && message.endsWith('no encryption')) return 'tls-required'
  return CODES[code ?? ''] ?? CODES_BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1]
}
