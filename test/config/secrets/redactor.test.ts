import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameOfDatabase } from '../../../src/catalog/postgres/pool.ts'
import { describeSettings } from '../../../src/config/describe-settings.ts'
import { loadSettings } from '../../../src/config/load-settings.ts'
import { secretsInEnvironment } from '../../../src/config/secrets/known-secrets.ts'
import { Redactor } from '../../../src/config/secrets/redactor.ts'
import { describeRedis } from '../../../src/queue/bullmq/servers/explain-redis.ts'

function redactorOf(environment: Record<string, string>): Redactor {
  const redactor = new Redactor()
  redactor.learn(secretsInEnvironment(environment))
  return redactor
}

describe('messages', () => {
  const password = 'p@ss/w#rd 7"é'
  const redactor = redactorOf({
    HF_TOKEN: 'hf_one-1111,hf_two-2222',
    DATABASE_URL: `postgres://user:${encodeURIComponent(password)}@host/db?sslpassword=of-the-key-1`,
    REDIS_URL: 'redis://:unescaped@red1s/pass@host:6379',
    PGPASSWORD: 'of-libpq-1',
    https_proxy: 'http://me:of-the-proxy-1@proxy:3128',
    HUBDEX_MEILI_INDEX: 'repos',
  })

  test.each([
    ['as it is', password],
    ['in an address', encodeURIComponent(password)],
    ['in a form', new URLSearchParams({ password }).toString().slice('password='.length)],
    ['in JSON', JSON.stringify(password).slice(1, -1)],
    ['in Base64', Buffer.from(password).toString('base64')],
    ['in a Basic header', Buffer.from(`user:${encodeURIComponent(password)}`).toString('base64')],
  ])('hold no password %s', (_, form) => {
    expect(redactor.message(`it said: ${form}.`)).toBe('it said: ********.')
  })

  test.each(['hf_one-1111', 'hf_two-2222', 'of-the-key-1', 'unescaped@red1s/pass', 'of-libpq-1', 'of-the-proxy-1'])(
    'hold no %s',
    (secret) => {
      expect(redactor.message(`before ${secret} after`)).toBe('before ******** after')
    },
  )

  test('hold the address of a server without credentials', () => {
    const address = 'http://proxy.example:3128'
    expect(redactorOf({ HTTPS_PROXY: address }).message(`${address} does not answer.`)).toBe(`${address} does not answer.`)
  })

  test.each([
    ['http://me:unknown@elsewhere/x', 'http://********@elsewhere/x'],
    ['http:/me:un@known@elsewhere', 'http:/********@elsewhere'],
    ['Authorization: Bearer abc.def-123=', 'Authorization: Bearer ********'],
    ['/x?a=1&password=unknown&b=2', '/x?a=1&password=********&b=2'],
    [`the token hf_${'Ab1'.repeat(11)}.`, 'the token ********.'],
  ])('hold nothing that looks like a secret: %s', (text, left) => {
    expect(new Redactor().message(text)).toBe(left)
  })

  test.each([
    'The database hubdex on localhost:5432 cannot be used: it refused the password.',
    'https://huggingface.co/org/name@main was answered 404; repos of org@name stay.',
    'Bearer tokens and basic authentication; set HF_TOKEN to a good one, or MEILI_API_KEY= hubdex',
    '12345 repos on 1000 pages',
    'Expected an address such as postgres://user:password@host:5432/database.',
  ])('leave ordinary text as it is, even if a word in it is a password: %s', (text) => {
    const common = {
      DATABASE_URL: 'postgres://postgres:password@localhost/hubdex',
      REDIS_URL: 'redis://:12345@localhost',
    }
    expect(redactorOf(common).message(text)).toBe(text)
    expect(redactor.message(text)).toBe(text)
  })
})

test('results are data: they lose only what can be nothing but a known secret', () => {
  const redactor = redactorOf({ HF_TOKEN: `hf_${'Ab1'.repeat(11)}`, REDIS_URL: 'redis://:whisper-large@host' })
  expect(redactor.result(`whisper-large hf_${'Ab1'.repeat(11)} http://a:b@c`)).toBe('whisper-large ******** http://a:b@c')
})

const MARK = 'Xyzzy'
const weird = fc
  .tuple(fc.string({ unit: fc.constantFrom(...'ab1@/#?:%&= \\\'"[]|~$+é\t'), maxLength: 8 }), fc.string({ maxLength: 5 }))
  .map(([before, after]) => `${before}${MARK}${after}`)

/** Correct and malformed ways of writing an address. */
const FORMS: ((scheme: string, password: string) => string)[] = [
  (scheme, password) => `${scheme}://user:${password}@host/db`,
  (scheme, password) => `${scheme}://user:${encodeURIComponent(password)}@host/db`,
  (scheme, password) => `${scheme}:/user:${password}@host/db`,
  (scheme, password) => `${scheme}:user:${password}@host/db`,
  (scheme, password) => `${scheme}:///user:${password}@host/db`,
  (scheme, password) => `${scheme}//user:${password}@host/db`,
  (scheme, password) => `${scheme}://:${password}@host`,
  (scheme, password) => `${scheme}://${password}@host`,
  (scheme, password) => `${scheme}:\\\\user:${password}@host`,
  (scheme, password) => `${scheme} ://user:${password}@host`,
  (scheme, password) => `"${scheme}://user:${password}@host/db"`,
  (scheme, password) => `${scheme}://host/db?user=me&password=${password}`,
  (scheme, password) => `${scheme}://host:port/db?sslpassword=${password}`,
  (scheme, password) => `jdbc:${scheme}://user:${password}@host/db`,
  (_, password) => `user:${password}@host`,
  (_, password) => `host=h user=u password='${password}'`,
  (_, password) => `host=h password=${password} dbname=d`,
]

test('no part of a password is shown, in whichever variable and however it is written', () => {
  const variable = fc.constantFrom(
    'DATABASE_URL',
    'REDIS_URL',
    'MEILI_URL',
    'HF_ENDPOINT',
    'HUBDEX_PREVIOUS_ENDPOINT',
    'HF_TOKEN',
  )
  const scheme = fc.constantFrom('postgres', 'postgresql', 'redis', 'rediss', 'http', 'https', 'POSTGRES', 'ftp')
  fc.assert(
    fc.property(variable, scheme, fc.constantFrom(...FORMS), weird, (name, word, form, password) => {
      const address = form(word, password)
      expect(shownOf({ [name]: address }).toLowerCase()).not.toContain(MARK.toLowerCase())
    }),
    { numRuns: 2_000 },
  )
})

/** All that is said about settings before anything is done with them, without the redactor. */
function shownOf(environment: Record<string, string>): string {
  try {
    const loaded = loadSettings({ environment, platform: { dataDirectory: '/data' } })
    const { databaseUrl, redisUrl } = loaded.values
    return [
      JSON.stringify(describeSettings(loaded)),
      databaseUrl === undefined ? '' : nameOfDatabase(databaseUrl),
      redisUrl === undefined ? '' : describeRedis(redisUrl),
    ].join('\n')
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.stack}` : String(error)
  }
}
