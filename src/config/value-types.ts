import { domainToASCII } from 'node:url'
import { Cron } from 'croner'
import { z } from 'zod'
import { isPostgresUrl, isRedisUrl } from './server-url.ts'
import { canonicalUrl } from './url-spelling.ts'

/** What a setting accepts: as text from a flag or the environment, as a JSON value from the settings file. */
export interface ValueType<Value> {
  readonly schema: z.ZodType<Value>
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
    schema: z.preprocess(
      (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
      z.int().min(minimum).max(maximum),
    ),
    expected: `a whole number from ${minimum} to ${maximum}`,
  }
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return { schema: z.enum(words) as z.ZodType<Word>, expected: `one of ${listed(words)}` }
}

/** Some of a few words, with commas between them where they come as text. */
export function choices<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  return {
    schema: z.preprocess(separated, z.array(z.enum(words)).min(1)) as z.ZodType<readonly Word[]>,
    expected: `one or more of ${listed(words)}, with commas between them`,
  }
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ')
}

/** Named numbers such as `likes=50,age=2`, any of the given names, each 0 or from a millionth to a million. */
export function weights<Name extends string>(names: readonly Name[]): ValueType<Partial<Record<Name, number>>> {
  const weight = z.number().refine((value) => value === 0 || (value >= 1e-6 && value <= 1e6))
  return {
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? namedNumbers(value) : value),
      z.partialRecord(z.enum(names), weight),
    ) as ValueType<Partial<Record<Name, number>>>['schema'],
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
  schema: z.preprocess(
    (value) => (typeof value === 'string' ? booleanWords.get(value.toLowerCase()) : value),
    z.boolean(),
  ),
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
const path = z.string().regex(/^(?![a-z][a-z0-9+.-]+:)[^\0]+$/i)

export const folder: ValueType<string> = { schema: path, expected: 'the path of a folder' }

export const file: ValueType<string> = { schema: path, expected: 'the path of a file' }

/** As they stand in addresses: in small letters, and without a port that is the usual one. */
export const hostList: ValueType<readonly string[]> = {
  schema: z
    .string()
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
    .refine((hosts) => hosts.every((host) => /^(\[[\da-f:]+\]|[\w.-]+)(:\d{1,5})?$/.test(host))),
  expected: 'host names or addresses, each with a port where it is not the usual one, with commas between them',
}

/** Those without a scheme are http, as everywhere. SOCKS is refused only where it would be used. */
export const proxyUrl: ValueType<string> = {
  schema: z
    .string()
    .trim()
    .refine((text) => isProxyUrl(withScheme(text))),
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
  schema: z.string().regex(/^[\w.*:[\]/, -]*$/),
  expected: 'host names with commas between them, or `*`',
}

/** Kept in one spelling for each server, without slashes at its end, so that paths can be appended to it. */
export const endpointUrl: ValueType<string> = {
  schema: z.string().trim().refine(isPlainWebUrl).transform(canonicalUrl),
  expected: 'an http:// or https:// address without user, password, query or fragment',
}

function isPlainWebUrl(text: string): boolean {
  // An @ behind a slash is that of a password in which something is not escaped.
  return /^https?:\/\/[^?#@\\\s]+$/i.test(text) && URL.canParse(text)
}

/** Anything else could not stand in an HTTP header. An address was meant for another setting. */
export const accessToken: ValueType<string> = {
  schema: z
    .string()
    .trim()
    .regex(/^(?![a-z][a-z0-9+.-]+:\/\/)[\x21-\x7e]+$/i),
  expected: 'an access token: printable ASCII without blanks',
}

export const postgresUrl: ValueType<string> = {
  schema: z.string().trim().refine(isPostgresUrl),
  expected: 'an address such as postgres://user:password@host:5432/database',
  advice: ESCAPES,
}

export const redisUrl: ValueType<string> = {
  schema: z.string().trim().refine(isRedisUrl),
  expected: 'an address such as redis://user:password@host:6379/0',
  advice: ESCAPES,
}

/** Becomes part of names in other systems. */
export const plainName: ValueType<string> = {
  schema: z.string().regex(/^[a-zA-Z0-9_-]{1,100}$/),
  expected: 'letters, digits, `-` and `_`',
}

/** Comes back as a header, which has no blanks at its ends. The Hub takes printable ASCII; short ones can be guessed. */
export function sharedSecret(minimum: number): ValueType<string> {
  return {
    schema: z
      .string()
      .trim()
      .min(minimum)
      .regex(/^[\x20-\x7e]{1,1000}$/),
    expected: `a secret of at least ${minimum} characters, printable ASCII, such as \`openssl rand -hex 32\` makes`,
  }
}

/** In lower case and without a final dot, as they are compared. */
export const hostNames: ValueType<readonly string[]> = {
  schema: z.preprocess(
    separated,
    z.array(
      z
        .string()
        // The parser would drop the rest.
        .regex(/^[^\s/?#@:\\]+$/)
        .transform((name) => domainToASCII(name.replace(/\.$/, '')))
        .refine((name) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)),
    ),
  ) as z.ZodType<readonly string[]>,
  expected: 'host names without scheme, port or path, such as `hubdex.example.com`, with commas between them',
}

/** A range of all addresses is nobody's proxy. */
export const networks: ValueType<readonly string[]> = {
  schema: z.preprocess(
    separated,
    z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).refine((network) => !network.endsWith('/0'))),
  ) as z.ZodType<readonly string[]>,
  expected: 'IP addresses or networks such as `10.0.0.2` or `172.16.0.0/12`, with commas between them',
}

/** Text with commas as the list that it is. */
function separated(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
}

export const networkAddress: ValueType<string> = {
  schema: z.string().regex(/^[a-zA-Z0-9.:%_-]+$/),
  expected: 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0',
}

/** `off`, or a cron expression that is due some day. */
export const cronOrOff: ValueType<string> = {
  schema: z
    .string()
    .trim()
    .refine((text) => text === 'off' || isCron(text)),
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
  schema: z.string().refine(isTimeZone),
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
