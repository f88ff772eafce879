import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type ExportOptions, exportCatalog } from '../export-catalog.ts'
import { isOwnFolder, MANIFEST_NAME, type Manifest, manifestText, ownFolderOf, parseManifest } from '../manifest.ts'
import type { Bucket } from './bucket.ts'
import { type BucketAddress, bucketUrl } from './bucket-address.ts'
import { BucketFailure } from './bucket-failure.ts'
import { createPartBuffers, ObjectUpload } from './object-upload.ts'

export interface BucketExportOptions extends ExportOptions {
  /** The export is complete, but objects of former ones could not be deleted. */
  onLeftovers(reason: string): void
}

const DISCARD_TIMEOUT_MS = 60_000

/**
 * Writes an export into a bucket, whole or not at all. Its objects are in a folder of their own, and become the export when
 * `manifest.json` names them, which is written last. The former export stays for those that still read it. Older ones are
 * deleted, and so are the remains of killed exports.
 *
 * @throws UnknownTable
 * @throws InvalidExport if there is a manifest.json of something else
 * @throws BucketFailure
 * @throws the signal's reason when it was aborted
 */
export async function exportToBucket(
  pool: pg.Pool,
  bucket: Bucket,
  address: BucketAddress,
  options: BucketExportOptions,
): Promise<Manifest> {
  const { signal } = options
  const { prefix } = address
  const manifestKey = `${prefix}${MANIFEST_NAME}`
  const formerText = await readIfPresent(bucket, manifestKey, signal)
  const former = formerText === undefined ? undefined : parseManifest(formerText, bucketUrl(address, MANIFEST_NAME))
  const folder = newFolderName()
  const buffers = createPartBuffers()
  let isVisible = false
  let manifest: Manifest
  try {
    manifest = await exportCatalog(
      pool,
      {
        create: async (path) => new ObjectUpload(bucket, `${prefix}${folder}/${path}`, `${folder}/${path}`, buffers, signal),
        writeManifest: async (whole) => {
          if ((await readIfPresent(bucket, manifestKey, signal)) !== formerText) throw superseded(address)
          // It may be stored even if no answer arrives.
          isVisible = true
          await bucket.put(manifestKey, manifestText(whole), signal)
        },
      },
      options,
    )
  } catch (error) {
    // What cannot be deleted now is invisible, and deleted by a later export.
    if (!isVisible)
      await deleteFolder(bucket, `${prefix}${folder}/`, AbortSignal.timeout(DISCARD_TIMEOUT_MS)).catch(() => undefined)
    throw error
  }
  const formerFolder = former === undefined ? undefined : ownFolderOf(former)
  if (formerFolder !== undefined) {
    await deleteBefore(bucket, prefix, formerFolder, { kept: folder, signal }).catch((error: unknown) => {
      if (!(error instanceof BucketFailure)) throw error
      options.onLeftovers(error.message)
    })
  }
  return manifest
}

/** Names sort by time, also those of exports within a second. */
function newFolderName(): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`
}

async function readIfPresent(bucket: Bucket, key: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await bucket.readText(key, signal)
  } catch (error) {
    if (error instanceof BucketFailure && error.code === 'object-missing') return undefined
    throw error
  }
}

function superseded(address: BucketAddress): BucketFailure {
  return new BucketFailure(
    'superseded',
    `Another export into ${bucketUrl(address)} has finished meanwhile, so that this one was deleted. Run one at a time.`,
  )
}

/**
 * Deletes the exports, finished or not, that began before the one with this folder.
 *
 * @param options.kept the newest one, which seems older if a clock was set back
 */
async function deleteBefore(
  bucket: Bucket,
  prefix: string,
  folder: string,
  { kept, signal }: { kept: string; signal: AbortSignal },
): Promise<void> {
  const isOlder = (name: string) => isOwnFolder(name) && name < folder && name !== kept
  for await (const name of bucket.listFolders(prefix, signal)) {
    if (isOlder(name)) await deleteFolder(bucket, `${prefix}${name}/`, signal)
  }
  for (const { key, uploadId } of await bucket.listUploads(prefix, signal)) {
    if (isOlder(key.slice(prefix.length).split('/', 1)[0] ?? '')) await bucket.abortUpload(key, uploadId, signal)
  }
}

async function deleteFolder(bucket: Bucket, prefix: string, signal: AbortSignal): Promise<void> {
  const keys: string[] = []
  for await (const { key } of bucket.list(prefix, signal)) keys.push(key)
  for (const key of keys) await bucket.delete(key, signal)
}
