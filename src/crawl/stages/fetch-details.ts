import { gatedOf } from '../../catalog/repos/wire-fields.ts'
import type { RepoFileEntry, StageResult, StageTask } from '../../catalog/stages/stage-data.ts'
import { isObject } from '../../hub/is-object.ts'
import { checkSameRepo } from './same-repo.ts'
import { STAGE_LIMITS, type StageContext } from './stage-context.ts'

/** Fields that other tables or columns store. */
const STORED_ELSEWHERE = new Set(
  `_id id modelId author sha createdAt lastModified private gated disabled tags downloads
  downloadsAllTime likes trendingScore pipeline_tag library_name cardData description sdk models datasets mainSize
  siblings usedStorage`.split(/\s+/),
)

/** Git LFS refuses longer pointers. */
const MAX_POINTER_BYTES = 1_024

/** Fetches fields that no listing has, and the files with their sizes, for one request. */
export async function fetchDetails(task: StageTask, context: StageContext): Promise<StageResult> {
  const { kind, id } = task
  const options = { blobs: true, ...(kind === 'model' ? { securityStatus: true } : {}), signal: context.signal }
  const answer = await context.hub.repoDetail(kind, id, options)
  checkSameRepo(task, answer, context)
  const { repo } = answer
  const files = readFiles(repo['siblings'])
  const stored = withinLimits(files)
  const sized = files.filter(({ size }) => size !== null)
  return {
    outcome: 'done',
    reason: stored.length < files.length ? `Only ${stored.length} of ${files.length} files were stored.` : null,
    data: {
      stage: 'details',
      gated: kind === 'space' ? gatedOf(repo['gated']) : null,
      usedStorage: byteCount(repo['usedStorage']),
      details: Object.fromEntries(Object.entries(repo).filter(([key]) => !STORED_ELSEWHERE.has(key))),
      fileCount: files.length,
      fileBytes:
        sized.length === 0 && files.length > 0 ? null : bounded(sized.reduce((sum, file) => sum + (file.size ?? 0), 0)),
      files: stored,
    },
  }
}

function readFiles(siblings: unknown): RepoFileEntry[] {
  if (!Array.isArray(siblings)) return []
  return siblings.flatMap((sibling: unknown) => {
    const path = isObject(sibling) ? sibling['rfilename'] : undefined
    if (!isObject(sibling) || typeof path !== 'string') return []
    const lfs = isObject(sibling['lfs']) ? sibling['lfs'] : {}
    const size = byteCount(sibling['size'])
    return [{ path, size, ...hashesOf(sibling['blobId'], lfs) }]
  })
}

function hashesOf(blobId: unknown, { sha256, pointerSize }: Readonly<Record<string, unknown>>) {
  const pointerBytes = byteCount(pointerSize)
  return {
    sha256: hexadecimal(sha256, 64),
    blobId: hexadecimal(blobId, 40),
    pointerSize: pointerBytes !== null && pointerBytes <= MAX_POINTER_BYTES ? pointerBytes : null,
  }
}

function hexadecimal(value: unknown, digits: number): string | null {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/i.test(value) ? value : null
}

function withinLimits(files: readonly RepoFileEntry[]): RepoFileEntry[] {
  let charactersLeft = STAGE_LIMITS.fileCharacters
  const end = files.findIndex(({ path }, index) => {
    charactersLeft -= path.length
    return index >= STAGE_LIMITS.files || charactersLeft < 0
  })
  return files.slice(0, end === -1 ? undefined : end)
}

function byteCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function bounded(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER)
}
