import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { Cron } from 'croner'
import { isPostgresUrl, isRedisUrl } from './server-url.ts'
import { canonicalUrl } from './url-spelling.ts'

/**
 * What a setting accepts: text from a flag or the environment, a JSON value from the settings file. Written without zod:
 * every command loads the settings, and loading zod takes 40 ms of processor time, more than Node itself.
 */
export interface ValueType<Value> {
  /** The value as the program uses it; undefined when the given one is not of this type. */
  readonly read: (value: unknown) => Value | undefined
  /** Completes the sentence "expected …" in errors and in the documentation. */
  readonly expected: string
  /** Added to the error when the refused value matches `about`. */
  readonly advice?: { readonly about: RegExp; readonly text: string }
}

/** With an unescaped `@`, `/`, `?` or `#` in its password, a part of the password would be read as the host. */
const ESCAPES = {
  about: /^(postgres|redis).*@/is,
  text: 'In the user name and password, write @ as %40, / as %2F, : as %3A, ? as %3F and # as %23.',
}

export function wholeNumber(minimum: number, maximum: number): ValueType<number> {
  return {
    read: (value) => {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      return isNumber(number) && Number.isSafeInteger(number) && number >= minimum && number <= maximum ? number : undefined
    },
    expected: `a whole number from ${minimum} to ${maximum}`,
  }
}

/** A number with a fraction. */
export function decimal(minimum: number, maximum: number): ValueType<number> {
  return {
    read: (value) => {
      const number = typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : value
      return isNumber(number) && number >= minimum && number <= maximum ? number : undefined
    },
    expected: `a number from ${minimum} to ${maximum}`,
  }
}

/** Any text on one line. An address or a login was meant for another setting; names of models may begin with `@`. */
export function line(maximum: number): ValueType<string> {
  return {
    read: textThat((text) => text.length <= maximum && /^(?!.+@|.*:\/\/)\P{Cc}+$/u.test(text)),
    expected: `text of at most ${maximum} characters on one line that is no address`,
  }
}

export function choice<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return { read: wordOf(words), expected: `one of ${listed(words)}` }
}

/** Several of these words: an array, or text separated by commas. */
export function choices<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  return {
    read: (value) => {
      const chosen = listOf(wordOf(words))(value)
      return chosen?.length === 0 ? undefined : chosen
    },
    expected: `one or more of ${listed(words)}, separated by commas`,
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function wordOf<Word extends string>(words: readonly Word[]): ValueType<Word>['read'] {
  return (value) => words.find((word) => word === value)
}

function textThat(isAccepted: (text: string) => boolean): ValueType<string>['read'] {
  return (value) => (typeof value === 'string' && isAccepted(value) ? value : undefined)
}

function trimmedTextThat(isAccepted: (text: string) => boolean): ValueType<string>['read'] {
  return (value) => (typeof value === 'string' ? textThat(isAccepted)(value.trim()) : undefined)
}

/** An array, or text separated by commas. */
function listOf<Member>(read: ValueType<Member>['read']): ValueType<readonly Member[]>['read'] {
  return (value) => {
    const given = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
    if (!Array.isArray(given)) return undefined
    const members = given.map(read).filter((member) => member !== undefined)
    return members.length === given.length ? members : undefined
  }
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ')
}

/** Numbers by name, such as `likes=50,age=2`, for any of the names. Each is 0, or from a millionth to a million. */
export function weights<Name extends string>(names: readonly Name[]): ValueType<Partial<Record<Name, number>>> {
  const isWeight = (weight: unknown) => isNumber(weight) && (weight === 0 || (weight >= 1e-6 && weight <= 1e6))
  return {
    read: (value) => {
      const given = typeof value === 'string' ? namedNumbers(value) : value
      if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
      const areAllKnown = Object.keys(given).every((name) => names.includes(name as Name))
      return areAllKnown && Object.values(given).every(isWeight) ? given : undefined
    },
    expected: `any of ${listed(names)} with a number, such as \`${names[0]}=2,${names.at(-1)}=0.5\``,
  }
}

function namedNumbers(text: string): Record<string, number> {
  const parts = text.split(',').map((part) => part.split('='))
  return Object.fromEntries(
    parts.map(([name = '', value = '']) => [name.trim(), value.trim() === '' ? Number.NaN : Number(value)]),
  )
}

export const yesOrNo: ValueType<boolean> = {
  read: (value) => {
    const answer = typeof value === 'string' ? booleanWords.get(value.toLowerCase()) : value
    return typeof answer === 'boolean' ? answer : undefined
  },
  expected: '`true` or `false`',
}

const booleanWords = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

/**
 * No file system accepts NUL. An address, perhaps with a password, was meant for another setting. `~` would become a folder of
 * that name.
 */
const path = textThat((text) => /^(?![a-z][a-z0-9+.-]+:|~(?:\/|$))[^\0]+$/i.test(text))
const HOME = { about: /^~/, text: 'Only shells expand ~; write the whole path.' }

export const folder: ValueType<string> = { read: path, expected: 'the path of a folder', advice: HOME }

export const file: ValueType<string> = { read: path, expected: 'the path of a file', advice: HOME }

/** As in addresses: lowercase, with a port only where it is not the default. */
export const hostList: ValueType<readonly string[]> = {
  read: listOf((value) => {
    const host = textThat((text) => /^(\[[\da-f:]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text))(value)
    return host?.toLowerCase()
  }),
  expected: 'host names or addresses separated by commas, each with a port unless it is the default one',
}

/** Without a scheme it is http, as in other programs. SOCKS is refused only where it would be used. */
export const proxyUrl: ValueType<string> = {
  read: trimmedTextThat((text) => isProxyUrl(withScheme(text))),
  expected: 'an address such as http://proxy.example.com:3128, with user:password@ before the host if it requires a login',
}

/** Adds the default scheme if there is none. */
export function withScheme(text: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`
}

function isProxyUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || !/^(https?|socks\w*):$/.test(url.protocol)) return false
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return false
  return canDecode(url.username) && canDecode(url.password)
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined
  } catch {
    return false
  }
}

/** Hosts, ports and networks. An address with credentials was meant for another setting. */
export const proxyExceptions: ValueType<string> = {
  read: (value) => textThat((text) => /^[\w.*:[\]/, -]*$/.test(text))(Array.isArray(value) ? value.join() : value),
  expected: 'host names separated by commas, or `*`',
}

/** Stored in its canonical spelling, without slashes at its end, so that paths can be appended. */
export const endpointUrl: ValueType<string> = {
  read: (value) => {
    const url = trimmedTextThat(isPlainWebUrl)(value)
    return url === undefined ? undefined : canonicalUrl(url)
  },
  expected: 'an http:// or https:// address without user, password, query or fragment',
}

/** The whole address of an API for embeddings, whose path says which API it is. */
export const embedderUrl: ValueType<string> = {
  read: (value) => {
    const url = endpointUrl.read(value)
    return url !== undefined && /\/(embeddings|api\/embed)$/.test(new URL(url).pathname) ? url : undefined
  },
  expected:
    'an address that ends with `/embeddings` (OpenAI and compatible servers, such as http://localhost:8080/v1/embeddings) or ' +
    '`/api/embed` (Ollama, such as http://localhost:11434/api/embed), without user, password, query or fragment',
}

function isPlainWebUrl(text: string): boolean {
  // An @ after a slash comes from a password with unescaped characters.
  return /^https?:\/\/[^?#@\\\s]+$/i.test(text) && URL.canParse(text)
}

/** Other characters are not possible in an HTTP header. An address was meant for another setting. */
export const accessToken: ValueType<string> = {
  read: trimmedTextThat((text) => /^(?![a-z][a-z0-9+.-]+:\/\/)[\x21-\x7e]+$/i.test(text)),
  expected: 'an access token: printable ASCII without spaces',
}

export const postgresUrl: ValueType<string> = {
  read: trimmedTextThat(isPostgresUrl),
  expected: 'an address such as postgres://user:password@host:5432/database',
  advice: ESCAPES,
}

export const redisUrl: ValueType<string> = {
  read: trimmedTextThat(isRedisUrl),
  expected: 'an address such as redis://user:password@host:6379/0',
  advice: ESCAPES,
}

/** Used in names in other systems. */
export const plainName: ValueType<string> = {
  read: textThat((text) => /^[a-zA-Z0-9_-]{1,100}$/.test(text)),
  expected: 'letters, digits, `-` and `_`',
}

/** Sent back in a header, which has no spaces at its ends. The Hub accepts printable ASCII; short secrets can be guessed. */
export function sharedSecret(minimum: number): ValueType<string> {
  return {
    read: trimmedTextThat((text) => text.length >= minimum && /^[\x20-\x7e]{1,1000}$/.test(text)),
    expected: `a secret of at least ${minimum} printable ASCII characters, such as the output of \`openssl rand -hex 32\``,
  }
}

/** Lowercase and without a final dot, as they are compared. */
export const hostNames: ValueType<readonly string[]> = {
  read: listOf((value) => {
    // URL parsers would drop the rest.
    const name = textThat((text) => /^[^\s/?#@:\\]+$/.test(text))(value)
    const host = name === undefined ? '' : domainToASCII(name.replace(/\.$/, ''))
    return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) ? host : undefined
  }),
  expected: 'host names without scheme, port or path, such as `hubdex.example.com`, separated by commas',
}

export const networks: ValueType<readonly string[]> = {
  read: listOf(textThat(isNetwork)),
  expected: 'IP addresses or networks such as `10.0.0.2` or `172.16.0.0/12`, separated by commas',
}

/** The range of all addresses is refused. An address with an interface (`fe80::1%eth0`) cannot be compared. */
function isNetwork(text: string): boolean {
  const [, address = '', bits = '1'] = /^([\da-f.:]+)(?:\/([1-9]\d{0,2}))?$/i.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}

export const networkAddress: ValueType<string> = {
  read: textThat((text) => /^[a-zA-Z0-9.:%_-]+$/.test(text)),
  expected: 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0',
}

/** Without a slash at its end, so that paths can be appended. */
export const basePath: ValueType<string> = {
  read: (value) => {
    const path = trimmedTextThat((text) => /^(\/[\w.~-]+)*\/?$/.test(text) && !/\/\.\.?(\/|$)/.test(text))(value)
    return path?.replace(/\/$/, '')
  },
  expected: 'a path that begins with a slash, such as `/hubdex`',
}

/** As browsers send them: scheme, host and port, without a path. */
export const origins: ValueType<readonly string[]> = {
  read: listOf(textThat((text) => /^https?:\/\//.test(text) && URL.parse(text)?.origin === text)),
  expected: 'origins such as `https://app.example.com` or `http://localhost:3000`, separated by commas',
}

/** `off`, or a cron expression with a next run. */
export const cronOrOff: ValueType<string> = {
  read: trimmedTextThat((text) => text === 'off' || isCron(text)),
  expected: 'a cron expression of five fields (or six, starting with seconds) that has a next run, or `off`',
}

function isCron(text: string): boolean {
  try {
    return new Cron(text, { paused: true, timezone: 'UTC', mode: '5-or-6-parts' }).nextRun() !== null
  } catch {
    return false
  }
}

export const timeZone: ValueType<string> = {
  read: textThat(isTimeZone),
  expected: 'an IANA time zone name, such as UTC or Europe/Berlin',
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
