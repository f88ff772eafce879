import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { loadSettings, type SettingsInput } from '../../src/config/load-settings.ts'
import { type SettingName, settingsTable } from '../../src/config/settings.ts'
import { SettingsError } from '../../src/config/settings-error.ts'

const platform = { dataDirectory: '/home/someone/.local/share/hubdex' }

function load(input: Partial<SettingsInput>) {
  return loadSettings({ environment: {}, platform, ...input })
}

function problemsOf(input: Partial<SettingsInput>): readonly string[] {
  try {
    load(input)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

function file(values: Record<string, unknown>) {
  return { path: '/project/hubdex.config.json', values }
}

describe('where a value comes from', () => {
  test('defaults apply when nothing is set', () => {
    const { values, sources } = load({})
    expect(values).toMatchObject({
      dataDir: platform.dataDirectory,
      endpoint: 'https://huggingface.co',
      token: undefined,
      databaseUrl: undefined,
      pageSize: 1000,
      includePrivate: false,
      sqlTimeoutMs: 5000,
    })
    expect(Object.values(sources).every((source) => source.from === 'default')).toBe(true)
  })

  test('a flag takes precedence over the environment, then the file, then the default', () => {
    const environment = { HUBDEX_PAGE_SIZE: '20' }
    const inFile = file({ pageSize: 30 })
    const pageSize = (input: Partial<SettingsInput>) => {
      const { values, sources } = load(input)
      return [values.pageSize, sources.pageSize]
    }
    expect(pageSize({ flags: { pageSize: '10' }, environment, file: inFile })).toEqual([
      10,
      { from: 'flag', name: '--page-size' },
    ])
    expect(pageSize({ environment, file: inFile })).toEqual([20, { from: 'environment', name: 'HUBDEX_PAGE_SIZE' }])
    expect(pageSize({ file: inFile })).toEqual([30, { from: 'file', name: '/project/hubdex.config.json' }])
    expect(pageSize({})).toEqual([1000, { from: 'default' }])
  })

  test('an empty variable counts as not set', () => {
    expect(load({ environment: { HF_TOKEN: '', HUBDEX_PAGE_SIZE: '' } }).values).toMatchObject({
      token: undefined,
      pageSize: 1000,
    })
  })

  test.each(['HTTPS://HuggingFace.CO', 'https://huggingface.co:443/', 'https://huggingface.co./', ' https://huggingface.co '])(
    'the endpoint %j is the same Hub as https://huggingface.co',
    (HF_ENDPOINT) => {
      expect(load({ environment: { HF_ENDPOINT } }).values.endpoint).toBe('https://huggingface.co')
    },
  )

  test('an endpoint loses its trailing slashes and keeps its path', () => {
    expect(load({ environment: { HF_ENDPOINT: 'http://hub.local:8080/mirror//' } }).values.endpoint).toBe(
      'http://hub.local:8080/mirror',
    )
  })

  test('host names are stored as they are compared, and proxies as they are written', () => {
    const environment = {
      HUBDEX_ALLOWED_HOSTS: 'Hubdex.Example.com., b\u00fccher.example',
      HUBDEX_TRUSTED_PROXIES: '127.0.0.1, fd00::/8',
    }
    expect(load({ environment }).values).toMatchObject({
      allowedHosts: ['hubdex.example.com', 'xn--bcher-kva.example'],
      trustedProxies: ['127.0.0.1', 'fd00::/8'],
    })
    expect(load({ file: file({ allowedHosts: ['a.example'], trustedProxies: [] }) }).values).toMatchObject({
      allowedHosts: ['a.example'],
      trustedProxies: [],
    })
  })

  test('every list may be an array in the file', () => {
    const lists = { fileHosts: ['Files.corp:9000', '10.1.2.3'], noProxy: ['corp.example', '10.1.2.3'], tasks: ['card'] }
    expect(load({ file: file(lists) }).values).toMatchObject({
      fileHosts: ['files.corp:9000', '10.1.2.3'],
      noProxy: 'corp.example,10.1.2.3',
      tasks: ['card'],
    })
  })

  test('a flag without a value, a word and a JSON boolean all mean yes', () => {
    const environment = { HF_TOKEN: 'hf_x' }
    expect(load({ environment, flags: { includePrivate: true } }).values.includePrivate).toBe(true)
    expect(load({ environment, file: file({ includePrivate: true }) }).values.includePrivate).toBe(true)
    expect(load({ environment: { ...environment, HUBDEX_INCLUDE_PRIVATE: 'Yes' } }).values.includePrivate).toBe(true)
  })
})

describe('what is refused', () => {
  test.each([
    ['0', '"0"'],
    ['1001', '"1001"'],
    ['1e3', '"1e3"'],
    ['ten', '"ten"'],
    [' 10', '" 10"'],
  ])('a page size of %j, with what was found and what was expected', (value, shown) => {
    expect(problemsOf({ environment: { HUBDEX_PAGE_SIZE: value } })).toEqual([
      `HUBDEX_PAGE_SIZE is ${shown}; expected a whole number from 1 to 1000.`,
    ])
  })

  test.each(['huggingface.co', 'ftp://hub', 'https://user:secret@hub', 'https://hub/?a=1', 'https://hub/#a', 'http://a b'])(
    'the endpoint %s',
    (endpoint) => {
      expect(problemsOf({ flags: { endpoint } })).toEqual([expect.stringMatching(/^--endpoint .*http:\/\/ .*https:\/\//)])
    },
  )

  test.each(['~', '~/hubdex'])('the path %s, which would be a folder of that name', (path) => {
    expect(problemsOf({ file: file({ dataDir: path, certificateFile: path }) })).toEqual([
      expect.stringContaining('Only shells expand ~'),
      expect.stringContaining('Only shells expand ~'),
    ])
    expect(load({ file: file({ dataDir: '~backup' }) }).values.dataDir).toBe('~backup')
  })

  test('a value of another type in the file, naming key and file', () => {
    expect(problemsOf({ file: file({ includePrivate: 'maybe', pageSize: [1] }) })).toEqual([
      '"includePrivate" in /project/hubdex.config.json is "maybe"; expected `true` or `false`.',
      '"pageSize" in /project/hubdex.config.json is [1]; expected a whole number from 1 to 1000.',
    ])
  })

  test('an unknown HUBDEX_ variable, with the closest name', () => {
    expect(problemsOf({ environment: { HUBDEX_PAGESIZE: '5', PATH: '/bin', HUBDEX_COLOR_OF_THE_SKY: 'blue' } })).toEqual([
      'HUBDEX_PAGESIZE is not a setting of hubdex; did you mean HUBDEX_PAGE_SIZE?',
      'HUBDEX_COLOR_OF_THE_SKY is not a setting of hubdex; docs/settings.md lists all settings.',
    ])
  })

  test('a former name of a setting, with the current one', () => {
    const problems = problemsOf({ environment: { HUBDEX_SAME_HUB: 'https://hub' }, file: file({ searchBatch: 5 }) })
    expect(problems).toEqual([
      'HUBDEX_SAME_HUB is not a setting of hubdex; its name is now HUBDEX_PREVIOUS_ENDPOINT.',
      '"searchBatch" in /project/hubdex.config.json is not a setting of hubdex; its name is now indexBatchSize.',
    ])
  })

  test('an unknown key of the file, with the closest name', () => {
    expect(problemsOf({ file: file({ endpiont: 'https://hub' }) })).toEqual([
      '"endpiont" in /project/hubdex.config.json is not a setting of hubdex; did you mean endpoint?',
    ])
  })

  test('a secret in the file', () => {
    expect(problemsOf({ file: file({ token: 'hf_secret' }) })).toEqual([
      '"token" in /project/hubdex.config.json is a secret, which this file must not hold; set HF_TOKEN instead.',
    ])
  })

  test.each([
    ['HUBDEX_OPERATOR_TOKEN', 'eight888'],
    ['HUBDEX_OPERATOR_TOKEN', 'nineteen-characters'],
    ['HUBDEX_WEBHOOK_SECRET', 'eight888'],
  ])('%s=%s, which can be guessed, with a way to make a better one', (name, value) => {
    const [problem] = problemsOf({ environment: { [name]: value } })
    expect(problem).toContain('openssl rand -hex 32')
    expect(problem).not.toContain(value)
  })

  test.each([
    'https://hubdex.example.com',
    'hubdex.example.com:443',
    'a.example,,b.example',
    'a.example b.example',
    '*.example.com',
    'hubdex.example.com/path',
    '.example.com',
  ])('the host names %s', (value) => {
    expect(problemsOf({ environment: { HUBDEX_ALLOWED_HOSTS: value } })).toEqual([
      expect.stringMatching(/^HUBDEX_ALLOWED_HOSTS /),
    ])
  })

  test.each(['proxy.example.com', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0', '10.0.0.1,', 'true', '1'])(
    'the trusted proxies %s',
    (value) => {
      expect(problemsOf({ environment: { HUBDEX_TRUSTED_PROXIES: value } })).toEqual([
        expect.stringMatching(/^HUBDEX_TRUSTED_PROXIES /),
      ])
    },
  )

  test('all problems at once, in one error', () => {
    expect(problemsOf({ environment: { HUBDEX_RETRIES: '-1', HUBDEX_X: '1' }, file: file({ x: 1 }) })).toHaveLength(3)
  })

  test('--data-dir together with DATABASE_URL', () => {
    const environment = { DATABASE_URL: 'postgres://localhost/hub' }
    expect(problemsOf({ environment, flags: { dataDir: '/data' } })).toEqual([
      expect.stringMatching(/--data-dir.*DATABASE_URL/),
    ])
    expect(problemsOf({ environment: { ...environment, HUBDEX_DATA_DIR: '/data' } })).toEqual([])
  })

  test('private repos without a token', () => {
    expect(problemsOf({ flags: { includePrivate: true } })).toEqual([expect.stringContaining('HF_TOKEN')])
  })

  test('a replica without a server', () => {
    const problems = problemsOf({ environment: { DATABASE_READ_URL: 'postgres://replica/db' } })
    expect(problems).toEqual([expect.stringContaining('DATABASE_URL')])
  })

  test('an invalid secret, without showing it', () => {
    const problems = problemsOf({ environment: { HF_TOKEN: 'hf_very secret', DATABASE_URL: 'mysql://u:hidden@h/d' } })
    expect(problems).toHaveLength(2)
    expect(problems.join()).not.toMatch(/very|hidden/)
  })
})

describe('a secret from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubdex-test-secrets-'))
  const secretFile = (content: string) => {
    const path = join(folder, randomUUID())
    writeFileSync(path, content)
    return path
  }
  const secrets = settingsTable.filter((setting) => setting.secret)
  const good: Partial<Record<SettingName, string>> = {
    databaseUrl: 'postgres://u:p@host/db',
    databaseReadUrl: 'postgres://u:p@replica/db',
    redisUrl: 'redis://u:p@host',
  }

  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(secrets)('$env is the trimmed content of the file that $env_FILE names', (setting) => {
    const value = good[setting.name] ?? 'a-secret-of-some-length'
    const path = secretFile(`\uFEFF ${value}\r\n\n`)
    const addresses = { MEILI_URL: 'http://meili', HUBDEX_EMBEDDER_URL: 'http://e/api/embed', HUBDEX_EMBEDDER_MODEL: 'm' }
    const server = setting.name === 'databaseReadUrl' ? { DATABASE_URL: 'postgres://host/db' } : {}
    const { values, sources } = load({ environment: { ...server, ...addresses, [`${setting.env}_FILE`]: path } })
    expect(values[setting.name]).toBe(value)
    expect(sources[setting.name]).toEqual({ from: 'file', name: path })
  })

  test('an empty file or variable counts as not set', () => {
    const environment = { HF_TOKEN_FILE: secretFile('\n'), DATABASE_URL_FILE: '' }
    expect(load({ environment }).values).toMatchObject({ token: undefined, databaseUrl: undefined })
  })

  test('a variable and a file at once are refused, whatever the file holds', () => {
    const environment = { HF_TOKEN: 'hf_x', HF_TOKEN_FILE: join(folder, 'absent') }
    expect(problemsOf({ environment })).toEqual(['Both HF_TOKEN and HF_TOKEN_FILE are set; expected one of the two.'])
  })

  test('an unreadable or invalid file is refused by variable and path', () => {
    const absent = join(folder, 'absent')
    const long = secretFile('x'.repeat(100_000))
    const bad = secretFile('mysql://u:hidden@h/d')
    const problems = problemsOf({
      environment: { HF_TOKEN_FILE: absent, REDIS_URL_FILE: folder, MEILI_API_KEY_FILE: long, DATABASE_URL_FILE: bad },
    })
    expect(problems).toHaveLength(4)
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`HF_TOKEN_FILE names ${absent}`),
        expect.stringContaining(`REDIS_URL_FILE names ${folder}`),
        `MEILI_API_KEY_FILE names ${long}, which holds 100000 bytes; expected a secret of at most 65536.`,
        `The file ${bad} of DATABASE_URL_FILE has an unusable value (not shown here); expected an address such as postgres://user:password@host:5432/database.`,
      ]),
    )
    expect(problems.join()).not.toMatch(/hidden|xxx/)
  })

  test('settings that are not secret have no such variable', () => {
    expect(problemsOf({ environment: { HUBDEX_PORT_FILE: '/run/port' } })).toEqual([
      'HUBDEX_PORT_FILE is not a setting of hubdex; did you mean HUBDEX_PORT?',
    ])
  })
})

test('any text in any variable becomes a value of the right type or is refused by name', () => {
  const setting = fc.constantFrom(...settingsTable)
  fc.assert(
    fc.property(setting, fc.string({ unit: 'binary', minLength: 1 }), ({ name, env, default: ordinary }, text) => {
      // Some settings are only valid together with these.
      const environment = { HF_TOKEN: 'hf_x', MEILI_URL: 'http://meili', [env]: text }
      const problems = problemsOf({ environment })
      if (problems.length > 0) expect(problems).toEqual([expect.stringMatching(new RegExp(`^${env} `))])
      else expect(typesOf(ordinary)).toContain(typeof loadedValue(name, environment))
    }),
  )
})

function loadedValue(name: SettingName, environment: Record<string, string>): unknown {
  return load({ environment }).values[name]
}

/** Settings without a default are texts, or lists of them. */
function typesOf(ordinary: (typeof settingsTable)[number]['default']): string[] {
  return ordinary === undefined ? ['string', 'object'] : [typeof plain(ordinary)]
}

function plain(ordinary: (typeof settingsTable)[number]['default']): unknown {
  return typeof ordinary === 'function' ? ordinary(platform) : ordinary
}
