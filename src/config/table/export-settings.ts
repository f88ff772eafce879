import { accessToken, endpointUrl, plainName } from '../value-types.ts'
import type { Setting } from './setting.ts'

/** How buckets of exports are reached, by the variables of AWS's own tools. */
export const exportSettings = {
  awsAccessKeyId: {
    env: 'AWS_ACCESS_KEY_ID',
    type: accessToken,
    default: undefined,
    defaultText: 'none: needed for `hubdex export s3://…`',
    help: 'Name of the key for the bucket of an export. `eval "$(aws configure export-credentials --format env)"` sets the three variables of a profile or a role.',
    secret: true,
  },
  awsSecretAccessKey: {
    env: 'AWS_SECRET_ACCESS_KEY',
    type: accessToken,
    default: undefined,
    defaultText: 'none: needed for `hubdex export s3://…`',
    help: 'The secret of that key.',
    secret: true,
  },
  awsSessionToken: {
    env: 'AWS_SESSION_TOKEN',
    type: accessToken,
    default: undefined,
    defaultText: 'none',
    help: 'The token that comes with a temporary key.',
    secret: true,
  },
  awsRegion: {
    env: 'AWS_REGION',
    otherEnv: 'AWS_DEFAULT_REGION',
    type: plainName,
    default: 'us-east-1',
    help: 'Region of the bucket. Other stores than AWS name theirs, such as `auto`, or accept any.',
  },
  awsEndpointUrl: {
    env: 'AWS_ENDPOINT_URL',
    aliases: ['AWS_ENDPOINT_URL_S3'],
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: AWS',
    help: 'Address of another S3-compatible store, such as `https://s3.example.com`. The bucket becomes a part of its path.',
  },
} as const satisfies Record<string, Setting>
