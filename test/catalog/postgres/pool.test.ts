import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { errorResponse, int32, message, readyForQuery, type ServerError } from '../../../src/catalog/embedded/protocol/wire.ts'
import { openPostgres } from '../../../src/catalog/postgres/pool.ts'
import { startLocalPostgres } from '../../support/servers/local-postgres.ts'
import type { ThrowawayServer } from '../../support/servers/throwaway-server.ts'

const run = promisify(execFile)

/** The outcome of `openPostgres`: whether the connection is encrypted, or the code and the message of the error. */
async function outcomeOf(databaseUrl: string): Promise<string> {
  try {
    const pool = await openPostgres(databaseUrl, 2)
    const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    await pool.end()
    return rows[0].ssl ? 'encrypted' : 'plain'
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${error.code} ${error.message}` : String(error)
  }
}

/** A server that speaks just enough of the protocol to admit a client or not. */
describe('a Postgres that reports', () => {
  let server: Server
  let databaseUrl: string
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  async function serve(answer: (socket: Socket, connection: number) => void): Promise<void> {
    let connections = 0
    server = createServer((socket) => {
      const connection = ++connections
      socket.once('data', () => answer(socket, connection)).on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    databaseUrl = `postgres://a:hush-hush@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/x`
  }

  const refuse = (error: Omit<ServerError, 'severity'>) => (socket: Socket) =>
    socket.end(errorResponse({ severity: 'FATAL', ...error }))

  function letIn(socket: Socket, number: string, version: string): void {
    const field = (name: string) => [
      name,
      Buffer.concat([int32(0), Buffer.alloc(2), int32(25), Buffer.alloc(2, 255), int32(-1), Buffer.alloc(2)]),
    ]
    const column = (text: string) => Buffer.concat([int32(text.length), Buffer.from(text)])
    const two = Buffer.from([0, 2])
    socket.write(Buffer.concat([message('R', int32(0)), readyForQuery('I')]))
    socket.on('data', (bytes) => {
      if (bytes[0] !== 0x51) return
      const rows = [
        message('T', two, ...field('number'), ...field('version')),
        message('D', two, column(number), column(version)),
      ]
      socket.write(Buffer.concat([...rows, message('C', 'SELECT 1'), readyForQuery('I')]))
    })
  }

  it.each([
    ['that its version is too old', (socket: Socket) => letIn(socket, '140011', '14.11'), /^unfit .* 14\.11; 15 /],
    ['that the password is wrong', refuse({ code: '28P01', message: 'password authentication failed' }), /^password-refused /],
    [
      'that it has no free connection',
      refuse({ code: '53300', message: 'too many clients' }),
      /^too-many-connections .*max_connections/,
    ],
    [
      'that it lets nobody in without encryption',
      refuse({
        code: '28000',
        message: 'no pg_hba.conf entry for host "10.0.0.1", user "a", database "x", no encryption',
      }),
      /^tls-required .*sslmode=require/,
    ],
    ['nothing, and hangs up', (socket: Socket) => socket.end(), /^wrong-protocol /],
  ])('%s is refused with advice, without the password', async (_, answer, expected) => {
    await serve(answer)
    const outcome = await outcomeOf(databaseUrl)
    expect(outcome).toMatch(expected)
    expect(outcome).toMatch(/ x .*127\.0\.0\.1:\d+ /)
    expect(outcome).not.toContain('hush-hush')
  })

  it('that it is starting up is retried', async () => {
    const startingUp = refuse({ code: '57P03', message: 'the database system is starting up' })
    await serve((socket, connection) => (connection < 3 ? startingUp(socket) : letIn(socket, '140011', '14.11')))
    expect(await outcomeOf(databaseUrl)).toMatch(/^unfit .* 14\.11/)
  })
})

describe.skipIf(!(await hasOpenssl()))('a Postgres that is reached over TLS only', () => {
  let folder: string
  let server: ThrowawayServer | undefined
  let warnings: string[]
  const warn = (warning: Error) => void warnings.push(warning.message)

  beforeAll(async () => {
    warnings = []
    process.on('warning', warn)
    folder = await mkdtemp(join(tmpdir(), 'hubdex-test-tls-'))
    server = await startLocalPostgres()
    if (server !== undefined) await demandTls(server.url, folder)
  })
  afterAll(async () => {
    process.off('warning', warn)
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  it.each([
    ['', /^tls-required .*sslmode=require/],
    ['?sslmode=disable', /^tls-required /],
    ['?sslmode=require', /^encrypted$/],
    ['?sslmode=prefer', /^encrypted$/],
    ['?sslmode=verify-full', /^certificate-refused .*sslrootcert/],
    ['?sslmode=verify-full&sslrootcert=FOLDER/cert.pem', /^encrypted$/],
    ['?sslmode=verify-ca&sslrootcert=FOLDER/cert.pem', /^encrypted$/],
    ['?sslmode=verify-ca', /^certificate-missing .*sslrootcert/],
    ['?sslmode=verify-full&sslrootcert=FOLDER/absent.pem', /^certificate-unreadable .*absent\.pem/],
  ])('with %s in its URL does as libpq would, and warns of nothing', async (parameters, expected) => {
    if (server === undefined) return
    const url = new URL(parameters.replace('FOLDER', folder), server.url)
    url.username = 'somebody'
    url.password = 'secret'
    expect(await outcomeOf(url.href)).toMatch(expected)
    expect(warnings).toEqual([])
  })

  it('reports a wrong or a missing password', async () => {
    if (server === undefined) return
    const url = new URL('?sslmode=require', server.url)
    url.username = 'somebody'
    expect(await outcomeOf(url.href)).toMatch(/^password-missing /)
    url.password = 'hush-hush'
    expect(await outcomeOf(url.href)).toMatch(/^password-refused /)
  })

  it('but one without TLS is used in plain text if the URL allows it', async () => {
    if (server === undefined) return
    await execute(server.url, ['alter system set ssl = off', 'select pg_reload_conf()'])
    expect(await outcomeOf(`${server.url}?sslmode=prefer`)).toBe('plain')
    expect(await outcomeOf(`${server.url}?sslmode=require`)).toMatch(/^tls-unsupported /)
    await execute(server.url, ['alter system set ssl = on', 'select pg_reload_conf()'])
    await expect.poll(() => outcomeOf(`${server?.url}?sslmode=prefer`)).not.toBe('plain')
  })
})

async function hasOpenssl(): Promise<boolean> {
  return await run('openssl', ['version']).then(
    () => true,
    () => false,
  )
}

/** The superuser still gets in, so that the server can be stopped. */
async function demandTls(url: string, folder: string): Promise<void> {
  const key = join(folder, 'key.pem')
  const certificate = join(folder, 'cert.pem')
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ])
  const rules = ['hostnossl all postgres 127.0.0.1/32 trust', 'hostssl all all 127.0.0.1/32 scram-sha-256']
  const [hba, data] = await execute(url, [`select current_setting('hba_file')`, `select current_setting('data_directory')`])
  const write = (text: string, file: string) => `copy (select unnest(string_to_array('${text.trim()}', E'\\n'))) to '${file}'`
  await execute(url, [
    write(rules.join('\n'), String(hba)),
    write(await readFile(key, 'utf8'), `${data}/key.pem`),
    write(await readFile(certificate, 'utf8'), `${data}/cert.pem`),
  ])
  await chmod(`${data}/key.pem`, 0o600)
  await execute(url, [
    `create role somebody login password 'secret'`,
    `alter system set ssl_key_file = 'key.pem'`,
    `alter system set ssl_cert_file = 'cert.pem'`,
    'alter system set ssl = on',
    'select pg_reload_conf()',
  ])
}

async function execute(url: string, statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const values: unknown[] = []
  for (const statement of statements) {
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    values.push(rows[0]?.[0])
  }
  await client.end()
  return values
}
