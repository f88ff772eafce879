import type { Bucket } from '../analytics/export/bucket/bucket.ts'
import { type BucketAddress, readBucketAddress } from '../analytics/export/bucket/bucket-address.ts'
import { type CommandContext, UsageError } from './command.ts'

export interface OpenBucket extends AsyncDisposable {
  bucket: Bucket
  address: BucketAddress
}

/**
 * Opens the bucket of an address such as `s3://bucket/prefix`, with the key in the settings. It is contacted only when used.
 *
 * @throws InvalidExport if the address is invalid
 * @throws UsageError without a key
 */
export async function openBucket({ settings }: CommandContext, target: string): Promise<OpenBucket> {
  const address = readBucketAddress(target)
  const { awsAccessKeyId, awsSecretAccessKey, awsSessionToken, awsRegion, awsEndpointUrl } = settings
  if (awsAccessKeyId === undefined || awsSecretAccessKey === undefined) {
    throw new UsageError(
      `Found no key for ${target}; expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL for other stores ` +
        'than AWS. `eval "$(aws configure export-credentials --format env)"` sets the key of a profile.',
    )
  }
  const [{ Bucket }, { networkOf }] = await Promise.all([
    import('../analytics/export/bucket/bucket.ts'),
    import('../service/open/network.ts'),
  ])
  const bucket = new Bucket({
    bucket: address.bucket,
    accessKeyId: awsAccessKeyId,
    secretAccessKey: awsSecretAccessKey,
    sessionToken: awsSessionToken,
    region: awsRegion,
    endpoint: awsEndpointUrl,
    network: networkOf(settings),
  })
  return { bucket, address, [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose]() }
}
