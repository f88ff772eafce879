import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonPrograms } from '../processes/python.ts'
import { freePort, startServer } from './throwaway-server.ts'

/** Moto verifies signatures and permissions with the code of AWS's own Python library. */
const MOTO = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5']

export interface S3Server {
  /** For `hubdex`, with a key that may do everything in the bucket. */
  environment: Record<string, string>
  /** Creates a key with these permissions. */
  createKey(user: string, permissions: readonly string[]): Promise<{ accessKeyId: string; secretAccessKey: string }>
  stop(): Promise<void>
}

/** Starts an S3 server with a bucket; undefined on a machine without Python or PyPI. */
export async function startLocalS3(bucket: string): Promise<S3Server | undefined> {
  const programs = await pythonPrograms('s3', MOTO)
  if (programs === undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'hubdex-test-s3-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
    return text
  }
  /** Whether requests need a key with the right to do what they ask for. */
  const requireKeys = (areRequired: boolean) =>
    send('/moto-api/reset-auth', { method: 'POST', body: areRequired ? '0' : 'inf', headers: { 'content-type': 'text/plain' } })
  const stop = await startServer(
    {
      what: 'The test S3 server',
      command: join(programs, 'moto_server'),
      arguments: ['-p', String(port)],
      folder,
      stopSignal: 'TERM',
    },
    async () => void (await send('/moto-api/', {})),
  )
  const createKey = async (user: string, permissions: readonly string[]) => {
    await requireKeys(false)
    const ask = (action: string, more: Record<string, string> = {}) =>
      send('/', {
        method: 'POST',
        body: String(new URLSearchParams({ Action: action, Version: '2010-05-08', UserName: user, ...more })),
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: IAM },
      })
    await ask('CreateUser')
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: permissions, Resource: '*' }] }
    await ask('PutUserPolicy', { PolicyName: 'test', PolicyDocument: JSON.stringify(policy) })
    const key = await ask('CreateAccessKey')
    const field = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(key)?.[1] ?? ''
    await requireKeys(true)
    return { accessKeyId: field('AccessKeyId'), secretAccessKey: field('SecretAccessKey') }
  }
  await send(`/${bucket}`, { method: 'PUT' })
  const { accessKeyId, secretAccessKey } = await createKey('everything', ['s3:*'])
  return {
    environment: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_ENDPOINT_URL: url },
    createKey,
    stop: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Moto finds the service in the scope of the signature. */
const IAM = 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none'
