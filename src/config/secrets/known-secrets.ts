import { type LoadedSettings, settingsTable } from '../settings.ts'

/** Variables outside our settings that hold secrets: of libpq, of the Hub's tools, of any program. */
const SECRET_VARIABLE = /(PASSWORD|PASSPHRASE|SECRET|TOKEN)$/i
/** Variables with addresses that may contain credentials. */
const ADDRESS_VARIABLE = /(_URL|_PROXY|ENDPOINT)$/i

/** The secrets in the environment, whether or not their variables are used. */
export function secretsInEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secret = new Set<string>(settingsTable.filter((setting) => setting.secret).map(({ env }) => env))
  const plain = new Set<string>(settingsTable.filter((setting) => !setting.secret).map(({ env }) => env))
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (secret.has(name) || SECRET_VARIABLE.test(name)) return secretsIn(value)
    return plain.has(name) || ADDRESS_VARIABLE.test(name) ? credentialsIn(value) : []
  })
}

/** The secrets among the settings, whatever their source. */
export function secretsInSettings({ values }: Pick<LoadedSettings, 'values'>): string[] {
  return settingsTable.flatMap(({ name, secret }) => {
    const value = values[name]
    return secret && typeof value === 'string' ? secretsIn(value) : []
  })
}

/** Only a scheme, a host, a port and a name: such an address of a server holds no secret, and errors must name it. */
const BARE_ADDRESS = /^[a-z]+:\/\/[a-z0-9.-]+(:\d+)?(\/[\w-]*)?$/i

/** The whole value, its credentials if it is an address, and each token of a comma-separated list. */
function secretsIn(value: string): string[] {
  const text = value.trim()
  if (BARE_ADDRESS.test(text)) return []
  return [text, ...credentialsIn(text), ...(text.includes('/') ? [] : text.split(',').map((part) => part.trim()))]
}

/** Possible passwords in an address, even a malformed one, or in a connection string such as `host=… password=…`. */
function credentialsIn(value: string): string[] {
  const text = value.trim()
  const named = /(?:password|passwd|pwd|secret|token|auth|api_?key|[?&;_\s]key)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&;#']+))/gi
  const found = [...text.matchAll(named)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const [, userinfo] = /^(?:[a-z][a-z0-9+.-]*:)?[/\\]*(.*)@/is.exec(text) ?? []
  if (userinfo === undefined) return found
  const colon = userinfo.indexOf(':')
  // In http and Redis addresses a token may stand in place of the user. User names of databases are not secret.
  if (colon < 0) return /^(https?|rediss?):/i.test(text) ? [...found, userinfo] : found
  const user = userinfo.slice(0, colon)
  const password = userinfo.slice(colon + 1)
  // A password that equals the user name is easily guessed, and is often a word that messages use.
  return password === user ? found : [...found, password, Buffer.from(userinfo).toString('base64')]
}
