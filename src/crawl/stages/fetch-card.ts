import type { StageResult, StageTask } from '../../catalog/stages/stage-data.ts'
import { Refused } from '../../hub/errors.ts'
import type { RepoFile } from '../../hub/repos/files.ts'
import { decodeCard, withoutFrontMatter } from './card-text.ts'
import { findSameRepo } from './same-repo.ts'
import { STAGE_LIMITS, type StageContext } from './stage-context.ts'

/**
 * Fetches the README, usually for one request of the larger bucket, `resolvers`. It is requested at the commit from the
 * listing. No other repo has that commit, so the README is this repo's.
 */
export async function fetchCard(task: StageTask, context: StageContext): Promise<StageResult> {
  const file = await readCard(task, context)
  if (file === undefined) return { outcome: 'absent', reason: 'It has no README.md.' }
  const isCut = !file.reachesEnd
  return {
    outcome: 'done',
    reason: null,
    data: {
      stage: 'card',
      text: withoutFrontMatter(decodeCard(file.bytes, isCut)),
      bytes: file.bytes.length,
      truncated: isCut,
    },
  }
}

async function readCard(task: StageTask, context: StageContext): Promise<RepoFile | undefined> {
  if (task.sha !== null) {
    try {
      return await readAt(task.id, task.sha, task, context)
    } catch (error) {
      if (isMissing(error, 'EntryNotFound')) return undefined
      // The history was rewritten, or the name now belongs to another repo.
      if (!isMissing(error, 'RevisionNotFound')) throw error
    }
  }
  const { id, sha } = await findSameRepo(task, context)
  try {
    return await readAt(id, sha ?? 'main', task, context)
  } catch (error) {
    if (isMissing(error, 'EntryNotFound')) return undefined
    throw error
  }
}

async function readAt(id: string, revision: string, { kind }: StageTask, context: StageContext): Promise<RepoFile> {
  const { hub, signal } = context
  return await hub.repoFile(kind, id, 'README.md', { revision, maxBytes: STAGE_LIMITS.cardBytes, signal })
}

function isMissing(error: unknown, code: 'EntryNotFound' | 'RevisionNotFound'): boolean {
  return error instanceof Refused && error.errorCode === code
}
