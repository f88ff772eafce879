import { CodedError } from '../../../util/coded-error.ts'
import { errorCode } from '../../../util/error-code.ts'

export type BucketFailureCode =
  | 'key-refused'
  | 'not-allowed'
  | 'bucket-missing'
  | 'object-missing'
  | 'wrong-region'
  | 'clock-skewed'
  | 'full'
  | 'busy'
  | 'unreachable'
  | 'broken-answer'
  | 'superseded'

/** A bucket cannot be used. The message says what was refused and what to do. */
export class BucketFailure extends CodedError<BucketFailureCode> {
  override readonly name = 'BucketFailure'

  /** Whether the same request may succeed later. */
  get isTemporary(): boolean {
    return this.code === 'busy' || this.code === 'unreachable' || this.code === 'broken-answer'
  }
}

/** What a request does, and the permission that it needs. */
export interface S3Operation {
  what: string
  permission: string
}

/** A refusal, as far as it is known. */
export interface S3Refusal {
  bucket: string
  host: string
  region: string
  status: number
  /** S3's code, such as NoSuchKey; undefined if the answer has none. */
  code: string | undefined
  message: string | undefined
  /** The region of the bucket, if the server says so. */
  expectedRegion: string | undefined
  /** The server's time. */
  date: string | undefined
}

const KEY_CODES = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ExpiredToken',
  'TokenRefreshRequired',
  'InvalidSecurity',
])
const REGION_CODES = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])
const FULL_CODES = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage'])
const BUSY_CODES = new Set(['SlowDown', 'InternalError', 'ServiceUnavailable', 'RequestTimeout', 'TooManyRequests'])

export function refusalOf(refusal: S3Refusal, { what, permission }: S3Operation): BucketFailure {
  const { bucket, host, region, status, code = '', message, expectedRegion, date } = refusal
  const said = `${[code || String(status), message].filter((part) => part !== undefined && part !== '').join(': ')}`
  const failure = (kind: BucketFailureCode, text: string) => new BucketFailure(kind, text)

  if (code === 'NoSuchBucket') {
    return failure(
      'bucket-missing',
      `There is no bucket ${bucket} at ${host}. Create it, or check its name and AWS_ENDPOINT_URL.`,
    )
  }
  if (code === 'RequestTimeTooSkewed') {
    const times = `${date === undefined ? '' : `the server has ${new Date(date).toISOString()}, `}this machine ${new Date().toISOString()}`
    return failure(
      'clock-skewed',
      `${host} refuses requests because the clocks differ: ${times}. Set the clock of this machine.`,
    )
  }
  if (REGION_CODES.has(code) || (status >= 300 && status < 400)) {
    const advice = expectedRegion === undefined ? 'Set AWS_REGION to its region.' : `Set AWS_REGION=${expectedRegion}.`
    return failure('wrong-region', `The bucket ${bucket} is not in region ${region} (${said}). ${advice}`)
  }
  if (KEY_CODES.has(code) || status === 401) {
    return failure(
      'key-refused',
      `${host} refuses the key (${said}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN, which ` +
        'temporary keys need and others must not have.',
    )
  }
  if (FULL_CODES.has(code) || status === 507) {
    return failure('full', `The bucket ${bucket} is full (${said}). Free some space, or export elsewhere.`)
  }
  if (status === 403 || code === 'AccessDenied') {
    return failure(
      'not-allowed',
      `The bucket ${bucket} refuses to ${what} (${said}). Allow the key ${permission}, or use another key.`,
    )
  }
  if (status === 404)
    return failure('object-missing', `The bucket ${bucket} does not have what is needed to ${what} (${said}).`)
  if (status >= 500 || status === 429 || status === 408 || BUSY_CODES.has(code)) {
    return failure('busy', `${host} cannot ${what} now (${said}). Try again later.`)
  }
  return failure('not-allowed', `${host} refuses to ${what} (${said}). Check the address and AWS_ENDPOINT_URL.`)
}

/** No answer, or half of one. */
export function connectionFailure(error: unknown, host: string, { what }: S3Operation): BucketFailure {
  const reason = error instanceof Error ? error.message || (errorCode(error) ?? error.name) : String(error)
  return new BucketFailure(
    'unreachable',
    `Could not ${what} at ${host}: ${reason}. Check the connection, AWS_ENDPOINT_URL, and the proxy if there is one.`,
    { cause: error },
  )
}
