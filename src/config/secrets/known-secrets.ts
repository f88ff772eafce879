import { type LoadedSettings, settingsTable } from '../settings.ts'

/** Variables that are no settings of ours and hold secrets all the same: of libpq, of the Hub's tools, of anybody. */
const SECRET_VARIABLE = /(PASSWORD|PASSPHRASE|SECRET|TOKEN)$/i
/** Addresses in which there may be credentials. */
const ADDRESS_VARIABLE = /(_URL|_PROXY|ENDPOINT)$/i

/** The secrets in the environment, whether or not they are of any use where they stand. */
export function secretsInEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secret = new Set<string>(settingsTable.filter((setting) => setting.secret).map(({ env }) => env))
  const plain = new Set<string>(settingsTable.filter((setting) => !setting.secret).map(({ env }) => env))
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (secret.has(name) || SECRET_VARIABLE.test(name)) return secretsIn(value)
    return plain.has(name) || ADDRESS_VARIABLE.test(name) ? credentialsIn(value) : []
  })
}

/** The secrets among settings, wherever they came from. */
export function secretsInSettings({ values }: Pick<LoadedSettings, 'values'>): string[] {
  return settingsTable.flatMap(({ name, secret }) => {
    const value = values[name]
    return secret && typeof value === 'string' ? secretsIn(value) : []
  })
}

/** The whole, and the credentials of an address or each of several tokens with commas between them. */
function secretsIn(value: string): string[] {
  const text = value.trim()
  return [text, ...credentialsIn(text), ...(text.includes('/') ? [] : text.split(',').map((part) => part.trim()))]
}

/** What may be a password in an address, however badly it is written, or in settings such as `host=… password=…`. */
function credentialsIn(value: string): string[] {
  const text = value.trim()
  const named =
    /(?:password|passwd|pwd|secret|token|auth|api_?key|[?&;_\s]key)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&;#']+))/gi
  const found = [...text.matchAll(named)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const [, userinfo] = /^(?:[a-z][a-z0-9+.-]*:)?[/\\]*(.*)@/is.exec(text) ?? []
  if (userinfo === undefined) return found
  const colon = userinfo.indexOf(':')
  // A token may stand in place of a user. Of a database, users are no secrets.
  if (colon < 0) return /^(https?|rediss?):/i.test(text) ? [...found, userinfo] : found
  const user = userinfo.slice(0, colon)
  const password = userinfo.slice(colon + 1)
  // What everybody guesses is a word of many messages besides.
  return password === user ? found : [...found, password, Buffer.from(userinfo).toString('base64')]
}
