import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { SETTINGS, settingsTable } from '../../src/config/settings.ts'
import { NEEDED_ACTIONS } from '../../src/search/meilisearch/server/check-server.ts'
import { shadowNameOf } from '../../src/search/meilisearch/server/connection.ts'
import { type ComposeService, composePath, readComposeFile } from './compose-file.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const compose = readComposeFile()
const services = Object.entries(compose.services)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const isOurs = ({ image }: ComposeService) => image.startsWith('hubdex:')
const ours = services.filter(([, service]) => isOurs(service))
/** Services that do something once at each start. */
const ONE_SHOTS = ['meilisearch-volume', 'search-key', 'migrate']
const servers = services.filter(([name]) => !ONE_SHOTS.includes(name))
/** The root of a named volume belongs to root in this service's image, so it has to be handed over. */
const ROOT_FOR_A_MOMENT = 'meilisearch-volume'

describe('docker-compose.yml', () => {
  test('has a service for each engine and each role', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...ONE_SHOTS, 'meilisearch', 'postgres', 'redis', 'scheduler', 'server', 'worker'].sort(),
    )
  })

  test.each(services)(
    '%s is confined: no rights to gain, nothing to write but its own files, limits on everything',
    (name, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
        deploy: {
          resources: {
            limits: { cpus: expect.stringMatching(/^[12]$/), memory: expect.any(String), pids: expect.any(Number) },
          },
        },
      })
      if (name === ROOT_FOR_A_MOMENT) {
        expect(service).toMatchObject({ user: 'root', cap_add: ['CHOWN'], network_mode: 'none' })
      } else {
        expect(service.cap_add).toBeUndefined()
        if (!isOurs(service)) expect(service.user).toMatch(/^(?!root|0)/)
      }
    },
  )

  test.each(services)('%s uses an image with a fixed version', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.?\d*(-\w+)?$/)
  })

  test('our own image has the version of the package', () => {
    expect(new Set(ours.map(([, { image }]) => image))).toEqual(new Set([`hubdex:${version}`]))
  })

  test('only the server can be reached from outside, and only from this machine', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['server'])
    expect(compose.services['server']?.ports).toEqual(['127.0.0.1:8000:8000'])
    for (const engine of ['postgres', 'redis', 'meilisearch']) {
      expect(compose.services[engine]?.networks).toEqual(['data'])
    }
    expect(compose.networks['data']?.internal).toBe(true)
  })

  test.each(servers)('%s restarts by itself, and has a health check', (_, service) => {
    expect(service.restart).toBe('unless-stopped')
    expect(service.healthcheck?.disable).toBeUndefined()
    // Our own image contains its health check.
    if (!isOurs(service)) expect(service.healthcheck?.test).toBeDefined()
  })

  test('any number of workers can run: none has a name or a port', () => {
    expect(compose.services['worker']).not.toHaveProperty('container_name')
    expect(compose.services['worker']).not.toHaveProperty('ports')
  })

  test.each(services)(
    '%s waits only for services that exist: servers until they are healthy, one-shots until they are done',
    (_, service) => {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(Object.keys(compose.services)).toContain(name)
        expect(condition).toBe(ONE_SHOTS.includes(name) ? 'service_completed_successfully' : 'service_healthy')
      }
    },
  )

  test('every secret, config, volume and network that is used is declared, and every declared one is used', () => {
    const used = (key: 'secrets' | 'networks') => new Set(services.flatMap(([, service]) => service[key] ?? []))
    expect(used('secrets')).toEqual(new Set(Object.keys(compose.secrets)))
    expect(used('networks')).toEqual(new Set(Object.keys(compose.networks)))
    const configs = services.flatMap(([, service]) => service.configs ?? []).map(({ source }) => source)
    expect(new Set(configs)).toEqual(new Set(Object.keys(compose.configs)))
    const volumes = services.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(':')[0])
    expect(new Set(volumes)).toEqual(new Set(Object.keys(compose.volumes)))
    for (const { file } of Object.values(compose.configs)) expect(existsSync(join(root, file))).toBe(true)
  })
})

describe.each(ours)('the role %s', (_, { command = [], environment = {}, ...service }) => {
  test('is a command of hubdex', () => {
    let commands = buildProgram({ environment: {}, workingDirectory: root, ...silent }, () => undefined).commands
    for (const word of command) {
      const found = commands.find((known) => known.name() === word)
      expect(found, `hubdex ${command.join(' ')}`).toBeDefined()
      commands = found?.commands ?? []
    }
  })

  test('gets only settings of hubdex, and secrets only as files', () => {
    const allowed = settingsTable.map(({ env, secret }) => (secret ? `${env}_FILE` : env))
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(environment)))
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'))
    expect(files.map(([, path]) => path).sort()).toEqual(
      [...(service.secrets ?? [])].map((name) => `/run/secrets/${name}`).sort(),
    )
  })

  test('has time to shut down before it is killed', () => {
    const { shutdownTimeoutSecs } = loadSettings({
      environment: { HUBDEX_SHUTDOWN_TIMEOUT_SECS: environment['HUBDEX_SHUTDOWN_TIMEOUT_SECS'] ?? '' },
      platform,
    }).values
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(shutdownTimeoutSecs + 10)
  })
})

describe.skipIf(!(await succeeds('openssl', ['version'])))('deploy/make-secrets.sh', () => {
  const folder = join(inject('scratchDirectory'), 'secrets')
  const makeSecrets = () => run('sh', [join(root, 'deploy/make-secrets.sh'), folder], { env: { PATH: process.env['PATH'] } })
  const contents = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])

  test('writes all that the compose file reads, for every role, and keeps existing files', async () => {
    await makeSecrets()
    const first = contents()
    expect(first.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(compose.secrets)))
    for (const [, { environment = {} }] of ours) {
      const here = Object.entries(environment).map(([name, value]) => [name, (value ?? '').replace('/run/secrets', folder)])
      const { values } = loadSettings({ environment: Object.fromEntries(here), platform })
      expect(values.databaseUrl).toMatch(/^postgres:\/\/hubdex:\w+@postgres:5432\/hubdex$/)
    }
    await makeSecrets()
    expect(contents()).toEqual(first)
  })
})

test('deploy/search-key.json requests exactly the rights that hubdex needs', () => {
  const { actions, indexes } = JSON.parse(readFileSync(join(root, 'deploy/search-key.json'), 'utf8'))
  expect(actions).toEqual(NEEDED_ACTIONS)
  expect(indexes).toEqual([SETTINGS.meiliIndex.default, shadowNameOf(SETTINGS.meiliIndex.default)])
})

const hasCompose = await succeeds('docker', ['compose', 'version'])

describe.skipIf(!hasCompose)('docker compose', () => {
  const servicesOf = async (...files: string[]) => {
    const given = files.flatMap((file) => ['--file', file])
    const { stdout } = await run('docker', ['compose', ...given, 'config', '--format', 'json'])
    return JSON.parse(stdout).services as Record<string, ComposeService>
  }

  test('accepts the file', async () => {
    expect(Object.keys(await servicesOf(fileURLToPath(composePath))).sort()).toEqual(Object.keys(compose.services).sort())
  })

  test('accepts it without Meilisearch, of which nothing is left', async () => {
    const left = await servicesOf(fileURLToPath(composePath), join(root, 'deploy/without-meilisearch.yml'))
    expect(Object.keys(left).sort()).toEqual(['migrate', 'postgres', 'redis', 'scheduler', 'server', 'worker'])
    for (const { environment, depends_on } of Object.values(left)) {
      expect(environment?.['MEILI_URL'] ?? '').toBe('')
      expect(environment?.['MEILI_API_KEY_FILE'] ?? '').toBe('')
      for (const name of Object.keys(depends_on ?? {})) expect(Object.keys(left)).toContain(name)
    }
  })
})

const platform = { dataDirectory: '/data' }
const silent = { stdout: { write: () => undefined }, stderr: { write: () => undefined } }

function succeeds(command: string, given: string[]): Promise<boolean> {
  return run(command, given).then(
    () => true,
    () => false,
  )
}
