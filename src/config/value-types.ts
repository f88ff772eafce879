import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { Cron } from 'croner'
import { isPostgresUrl, isRedisUrl } from './server-url.ts'
import { canonicalUrl } from './url-spelling.ts'

/**
 * What a setting accepts: as text from a flag or the environment, as a JSON value from the settings file. Written without
 * zod: every command loads the settings, and zod alone takes 40 ms of processor time to load, more than Node itself.
 */
export interface ValueType<Value> {
  /** The value as the program uses it; undefined when the given one is not of this type. */
  readonly read: (value: unknown) => Value | undefined
  /** Ends the sentence "expected …" in errors and in the documentation. */
  readonly expected: string
  /** For whoever has written nearly that. */
  readonly advice?: { readonly about: RegExp; readonly text: string }
}

/** Of an address with `@`, `/`, `?` or `#` in its password, a part of the password passes for the host. */
const ESCAPES = {
  about: /^(postgres|redis).*@/is,
  text: 'In user and password, write @ as %40, / as %2F, : as %3A, ? as %3F and # as %23.',
}

export function wholeNumber(minimum: number, maximum: number): ValueType<number> {
  return {
    read: (value) => {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      return isNumber(number) && Number.isSafeInteger(number) && number >= minimum && number <= maximum
        ? number
        : undefined
    },
    expected: `a whole number from ${minimum} to ${maximum}`,
  }
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return { read: wordOf(words), expected: `one of ${listed(words)}` }
}

/** Some of a few words, with commas between them where they come as text. */
export function choices<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  return {
    read: (value) => {
      const chosen = listOf(wordOf(words))(value)
      return chosen?.length === 0 ? undefined : chosen
    },
    expected: `one or more of ${listed(words)}, with commas between them`,
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

/** A list, or text with commas between its members. */
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

/** Named numbers such as `likes=50,age=2`, any of the given names, each 0 or from a millionth to a million. */
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

/** NUL is the one character that no file system takes. An address, perhaps with a password, was meant for another setting. */
const path = textThat((text) => /^(?![a-z][a-z0-9+.-]+:)[^\0]+$/i.test(text))

export const folder: ValueType<string> = { read: path, expected: 'the path of a folder' }

export const file: ValueType<string> = { read: path, expected: 'the path of a file' }

/** As they stand in addresses: in small letters, and without a port that is the usual one. */
export const hostList: ValueType<readonly string[]> = {
  read: (value) =>
    typeof value === 'string'
      ? listOf(textThat((host) => /^(\[[\da-f:]+\]|[\w.-]+)(:\d{1,5})?$/.test(host)))(value.toLowerCase())
      : undefined,
  expected: 'host names or addresses, each with a port where it is not the usual one, with commas between them',
}

/** Those without a scheme are http, as everywhere. SOCKS is refused only where it would be used. */
export const proxyUrl: ValueType<string> = {
  read: trimmedTextThat((text) => isProxyUrl(withScheme(text))),
  expected:
    'an address such as http://proxy.example.com:3128, with user:password@ before the host where it wants a login',
}

/** Of an address without one. */
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
    // It throws at a % that stands alone, and that is the question.
    return false
  }
}

/** Anything of a host, a port or a network; an address with credentials was meant for another setting. */
export const proxyExceptions: ValueType<string> = {
  read: textThat((text) => /^[\w.*:[\]/, -]*$/.test(text)),
  expected: 'host names with commas between them, or `*`',
}

/** Kept in one spelling for each server, without slashes at its end, so that paths can be appended to it. */
export const endpointUrl: ValueType<string> = {
  read: (value) => {
    const url = trimmedTextThat(isPlainWebUrl)(value)
    return url === undefined ? undefined : canonicalUrl(url)
  },
  expected: 'an http:// or https:// address without user, password, query or fragment',
}

function isPlainWebUrl(text: string): boolean {
  // An @ behind a slash is that of a password in which something is not escaped.
  return /^https?:\/\/[^?#@\\\s]+$/i.test(text) && URL.canParse(text)
}

/** Anything else could not stand in an HTTP header. An address was meant for another setting. */
export const accessToken: ValueType<string> = {
  read: trimmedTextThat((text) => /^(?![a-z][a-z0-9+.-]+:\/\/)[\x21-\x7e]+$/i.test(text)),
  expected: 'an access token: printable ASCII without blanks',
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

/** Becomes part of names in other systems. */
export const plainName: ValueType<string> = {
  read: textThat((text) => /^[a-zA-Z0-9_-]{1,100}$/.test(text)),
  expected: 'letters, digits, `-` and `_`',
}

/** Comes back as a header, which has no blanks at its ends. The Hub takes printable ASCII; short ones can be guessed. */
export function sharedSecret(minimum: number): ValueType<string> {
  return {
    read: trimmedTextThat((text) => text.length >= minimum && /^[\x20-\x7e]{1,1000}$/.test(text)),
    expected: `a secret of at least ${minimum} characters, printable ASCII, such as \`openssl rand -hex 32\` makes`,
  }
}

/** In lower case and without a final dot, as they are compared. */
export const hostNames: ValueType<readonly string[]> = {
  read: listOf((value) => {
    // The parser would drop the rest.
    const name = textThat((text) => /^[^\s/?#@:\\]+$/.test(text))(value)
    const host = name === undefined ? '' : domainToASCII(name.replace(/\.$/, ''))
    return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) ? host : undefined
  }),
  expected: 'host names without scheme, port or path, such as `hubdex.example.com`, with commas between them',
}

export const networks: ValueType<readonly string[]> = {
  read: listOf(textThat(isNetwork)),
  expected: 'IP addresses or networks such as `10.0.0.2` or `172.16.0.0/12`, with commas between them',
}

/** A range of all addresses is nobody's proxy. An address of one interface (`fe80::1%eth0`) cannot be compared. */
function isNetwork(text: string): boolean {
  const [, address = '', bits = '1'] = /^([\da-f.:]+)(?:\/([1-9]\d{0,2}))?$/i.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}

export const networkAddress: ValueType<string> = {
  read: textThat((text) => /^[a-zA-Z0-9.:%_-]+$/.test(text)),
  expected: 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0',
}

/** `off`, or a cron expression that is due some day. */
export const cronOrOff: ValueType<string> = {
  read: trimmedTextThat((text) => text === 'off' || isCron(text)),
  expected: 'a cron expression of five fields (or six, with seconds first) that is due some day, or `off`',
}

function isCron(text: string): boolean {
  try {
    return new Cron(text, { paused: true, timezone: 'UTC', mode: '5-or-6-parts' }).nextRun() !== null
  } catch {
    // The library throws at what it cannot read, and that is the question.
    return false
  }
}

export const timeZone: ValueType<string> = {
  read: textThat(isTimeZone),
  expected: 'a time zone by its IANA name, such as UTC or Europe/Berlin',
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // It throws at names that it does not know, and that is the question.
    return false
  }
}
