import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bucket } from '../../../src/analytics/export/bucket/bucket.ts'
import { exportToBucket } from '../../../src/analytics/export/bucket/export-to-bucket.ts'
import { createPartBuffers, ObjectUpload } from '../../../src/analytics/export/bucket/object-upload.ts'
import { type Manifest, ownFolderOf } from '../../../src/analytics/export/manifest.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { type S3Server, startLocalS3 } from '../../support/servers/local-s3.ts'

const BUCKET = 'exports'
const NEVER = new AbortController().signal
const MEGABYTE = 1024 * 1024
/** Every sign that a signature encodes in a way of its own. */
const ODD_PREFIX = "the hub/ü+(1)!*'&~%25"

// Collection waits for it, since it decides whether the tests are skipped.
const server = await startLocalS3(BUCKET)

describe.skipIf(server === undefined)('an export in a bucket', () => {
  const { catalog, environment } = crawledHub(createAnyTarget, { repos: 12, seed: 5 }, [])
  const { environment: key } = server as S3Server
  let bucket: Bucket
  beforeAll(() => {
    bucket = bucketOf(key)
  })
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]()
    await server?.stop()
  })

  const run = (words: string[], given: Record<string, string> = key) =>
    hubdex(['export', ...words, '--json'], { ...environment, ...given })
  const exportTo = async (prefix: string): Promise<Manifest> => {
    const { code, stdout, stderr } = await run([`s3://${BUCKET}/${prefix}`, '--tables', 'models,tags'])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return JSON.parse(stdout)
  }
  const keysIn = async (prefix: string) => {
    const keys: string[] = []
    for await (const object of bucket.list(prefix, NEVER)) keys.push(object.key)
    return keys
  }
  const check = async (prefix: string) => {
    const { code, stdout, stderr } = await run([`s3://${BUCKET}/${prefix}`, '--check'])
    expect({ code, stderr }).toEqual({ code: expect.any(Number), stderr: '' })
    return { code, faults: JSON.parse(stdout).faults }
  }

  test.each(['plain', ODD_PREFIX])('is complete below the prefix %s', async (prefix) => {
    const { code, stdout, stderr } = await run([`s3://${BUCKET}/${prefix}/`])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const { files } = JSON.parse(stdout) as Manifest
    expect(await keysIn(`${prefix}/`)).toEqual(
      [...files.map(({ path }) => `${prefix}/${path}`), `${prefix}/manifest.json`].sort(),
    )
    expect(await check(prefix)).toEqual({ code: 0, faults: [] })
  })

  test('stays for its readers until the export after the next', async () => {
    const [first, second, third] = [await exportTo('kept'), await exportTo('kept'), await exportTo('kept')].map(ownFolderOf)
    expect(new Set([first, second, third]).size).toBe(3)
    const folders = new Set((await keysIn('kept/')).map((path) => path.split('/')[1]))
    expect(folders).toEqual(new Set(['manifest.json', second, third]))
  })

  test('deletes what killed exports left, and nothing else', async () => {
    const killed = 'left/20200101T000000000Z-0badf00d/models/models.parquet'
    await bucket.put(killed, 'half', NEVER)
    await bucket.createUpload(killed, NEVER)
    await bucket.put('left/notes/readme.txt', 'mine', NEVER)
    await exportTo('left')
    await exportTo('left')
    expect(await keysIn('left/2020')).toEqual([])
    expect(await bucket.listUploads('left/', NEVER)).toEqual([])
    expect(await keysIn('left/notes')).toEqual(['left/notes/readme.txt'])
  })

  const exportUntil = (prefix: string, onRows: () => unknown, signal = NEVER) =>
    exportToBucket(
      catalog.connection.pool,
      bucket,
      { bucket: BUCKET, prefix },
      { format: 'jsonl', tables: undefined, since: undefined, signal, onRows, onLeftovers: () => undefined },
    )

  test('is as before when the next one fails', async () => {
    await exportTo('stopped')
    const before = await keysIn('stopped/')
    const controller = new AbortController()
    const stopped = exportUntil('stopped/', () => controller.abort(new Error('enough')), controller.signal)
    await expect(stopped).rejects.toThrow('enough')
    expect(await keysIn('stopped/')).toEqual(before)
    expect(await bucket.listUploads('stopped/', NEVER)).toEqual([])
    expect(await check('stopped')).toEqual({ code: 0, faults: [] })
  })

  test('is not replaced by one that began earlier', async () => {
    const others: Promise<unknown>[] = []
    const slow = exportUntil('raced/', () => others.push(bucket.put('raced/manifest.json', 'of another export', NEVER)))
    await expect(slow).rejects.toMatchObject({ code: 'superseded' })
    await Promise.all(others)
    expect(await keysIn('raced/')).toEqual(['raced/manifest.json'])
  })

  test('has its faults found by --check', async () => {
    const folder = ownFolderOf(await exportTo('faults'))
    const path = (table: string) => `${folder}/${table}/${table}.parquet`
    const tags = await buffer(await bucket.read(`faults/${path('tags')}`, NEVER))
    await bucket.put(`faults/${path('tags')}`, Buffer.alloc(tags.byteLength), NEVER)
    await bucket.put(`faults/${folder}/other.csv`, 'a', NEVER)
    await bucket.delete(`faults/${path('models')}`, NEVER)
    expect(await check('faults')).toEqual({
      code: 1,
      faults: [
        { path: path('models'), code: 'missing' },
        { path: path('tags'), code: 'wrong-content' },
        { path: `${folder}/other.csv`, code: 'unexpected' },
      ],
    })
  })

  test('has objects of many parts', async () => {
    const content = randomBytes(12 * MEGABYTE)
    const upload = new ObjectUpload(bucket, 'parts/large', 'large', createPartBuffers(5 * MEGABYTE), NEVER)
    for (let start = 0; start < content.length; start += 7 * MEGABYTE) {
      await upload.write(content.subarray(start, start + 7 * MEGABYTE))
    }
    expect(await keysIn('parts/')).toEqual([])
    expect(await upload.finish()).toBe(createHash('sha256').update(content).digest('hex'))
    await upload[Symbol.asyncDispose]()
    expect(content.equals(await buffer(await bucket.read('parts/large', NEVER)))).toBe(true)
  })

  test('leaves no parts of an object that is not finished', async () => {
    const upload = new ObjectUpload(bucket, 'aborted/large', 'large', createPartBuffers(5 * MEGABYTE), NEVER)
    await upload.write(randomBytes(6 * MEGABYTE))
    expect(await bucket.listUploads('aborted/', NEVER)).toHaveLength(1)
    await upload[Symbol.asyncDispose]()
    expect(await bucket.listUploads('aborted/', NEVER)).toEqual([])
  })

  test('is complete if the key may not delete former ones, and says so', async () => {
    await exportTo('writer')
    const { accessKeyId, secretAccessKey } = await (server as S3Server).createKey('writer', ['s3:PutObject', 's3:GetObject'])
    const given = { ...key, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const { code, stderr } = await run([`s3://${BUCKET}/writer`, '--tables', 'tags'], given)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('s3:ListBucket') })
    expect(await check('writer')).toEqual({ code: 0, faults: [] })
  })

  test('is refused without the right to write', async () => {
    const { accessKeyId, secretAccessKey } = await (server as S3Server).createKey('reader', ['s3:GetObject', 's3:ListBucket'])
    const given = { ...key, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const { code, stderr } = await run([`s3://${BUCKET}/refused`], given)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('s3:PutObject') })
    expect(await keysIn('refused/')).toEqual([])
  })

  test.each([
    ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, BUCKET, 1, 'SignatureDoesNotMatch'],
    ['an unknown key', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' }, BUCKET, 1, 'InvalidAccessKeyId'],
    ['no key', { AWS_ACCESS_KEY_ID: '' }, BUCKET, 2, 'AWS_ACCESS_KEY_ID'],
    ['an unknown bucket', {}, 'no-such-bucket', 1, 'There is no bucket no-such-bucket'],
    ['an invalid bucket', {}, 'Über', 2, 'expected s3://bucket'],
    ['a prefix that leads elsewhere', {}, `${BUCKET}/../other`, 2, 'expected s3://bucket'],
  ])('is refused for %s', async (_, given, name, code, message) => {
    const refused = await run([`s3://${name}/refused`], { ...key, ...given })
    expect(refused).toMatchObject({ code, stderr: expect.stringContaining(message) })
  })

  test('that does not exist is not found by --check', async () => {
    const { code, stderr } = await run([`s3://${BUCKET}/nothing`, '--check'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no export in') })
  })
})

function bucketOf({ AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_ENDPOINT_URL }: Record<string, string>): Bucket {
  return new Bucket({
    bucket: BUCKET,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: undefined,
    region: 'us-east-1',
    endpoint: AWS_ENDPOINT_URL,
    network: {},
  })
}
