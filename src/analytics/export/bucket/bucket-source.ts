import type { ExportSource, StoredFile } from '../check-export.ts'
import { InvalidExport, MANIFEST_NAME, ownFolderOf, parseManifest } from '../manifest.ts'
import type { Bucket } from './bucket.ts'
import { type BucketAddress, bucketUrl } from './bucket-address.ts'
import { BucketFailure } from './bucket-failure.ts'

/** An export in a bucket. Objects outside of its own folder belong to others. */
export function bucketSource(bucket: Bucket, address: BucketAddress, signal: AbortSignal): ExportSource {
  const { prefix } = address
  return {
    readManifest: async () => {
      try {
        const text = await bucket.readText(`${prefix}${MANIFEST_NAME}`, signal)
        return parseManifest(text, bucketUrl(address, MANIFEST_NAME))
      } catch (error) {
        if (!(error instanceof BucketFailure && error.code === 'object-missing')) throw error
        const where = bucketUrl(address)
        throw new InvalidExport(`There is no export in ${where}: it has no ${MANIFEST_NAME}. Run \`hubdex export ${where}\`.`, {
          cause: error,
        })
      }
    },
    list: async (manifest) => {
      const folder = ownFolderOf(manifest)
      if (folder === undefined) return []
      const files: StoredFile[] = []
      for await (const { key, bytes } of bucket.list(`${prefix}${folder}/`, signal)) {
        files.push({ path: key.slice(prefix.length), bytes })
      }
      return files
    },
    read: (path) => bucket.read(`${prefix}${path}`, signal),
  }
}
