import { InvalidExport } from '../manifest.ts'

/** A place in a bucket. */
export interface BucketAddress {
  bucket: string
  /** Ends with a slash unless it is empty. */
  prefix: string
}

const SCHEME = 's3://'

export function isBucketAddress(text: string): boolean {
  return text.toLowerCase().startsWith(SCHEME)
}

/** Reads `s3://bucket/prefix`. @throws InvalidExport */
export function readBucketAddress(text: string): BucketAddress {
  const [bucket = '', ...segments] = text.slice(SCHEME.length).replace(/\/+$/, '').split('/')
  const areNames = segments.every((segment) => segment !== '' && !/^\.\.?$|\p{Cc}/u.test(segment) && segment.isWellFormed())
  if (!/^[a-z0-9][\w.-]{1,61}[a-z0-9]$/i.test(bucket) || !areNames) {
    throw new InvalidExport(
      `Found ${JSON.stringify(text.slice(0, 200))}; expected s3://bucket or s3://bucket/prefix, with a bucket of 3 to 63 letters, ` +
        'digits, dots and hyphens, and no empty part, `.` or `..` in the prefix.',
    )
  }
  return { bucket, prefix: segments.map((segment) => `${segment}/`).join('') }
}

export function bucketUrl({ bucket, prefix }: BucketAddress, path = ''): string {
  return `${SCHEME}${bucket}/${prefix}${path}`
}
