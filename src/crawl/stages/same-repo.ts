import { readRepo } from '../../catalog/repos/record.ts'
import type { StageTask } from '../../catalog/stages/stage-data.ts'
import { ForeignRedirect, RepoNotFound } from '../../hub/errors.ts'
import { forMessage } from '../../hub/for-message.ts'
import type { RepoAnswer } from '../../hub/repos/detail.ts'
import type { StageContext } from './stage-context.ts'

export interface CurrentRepo {
  id: string
  sha: string | undefined
}

/**
 * Checks that an answer is about the repo of the task. After a deletion, a move or a redirect, a name can lead to another repo.
 *
 * @throws ForeignRedirect for another repo; RepoNotFound if the repo has become private and private repos are left out
 */
export function checkSameRepo(task: StageTask, answer: RepoAnswer, { includePrivate }: StageContext): CurrentRepo {
  const { repo, moved } = answer
  const record = readRepo(task.kind, repo)
  // A server without `_id` is trusted unless it redirects.
  const isSame = 'reason' in record ? false : record.hub_id === task.hubId || (repo['_id'] === undefined && moved === undefined)
  if ('reason' in record || !isSame) {
    const found = 'reason' in record ? record.reason : `${forMessage(record.id)} with the _id ${record.hub_id}`
    const message =
      `${forMessage(task.id)} now leads to another repo: ${found}, expected the _id ${task.hubId}. It was not fetched; ` +
      'the next pass finds out what happened to this repo.'
    throw new ForeignRedirect(message, { to: 'reason' in record ? '' : record.id })
  }
  if (record.private && !includePrivate) {
    throw new RepoNotFound(
      `${forMessage(task.id)} has become private, and private repos are left out. The next full pass checks it.`,
    )
  }
  const sha = repo['sha']
  return { id: record.id, sha: typeof sha === 'string' && sha !== '' ? sha : undefined }
}

/** Requests only what the check needs. */
export async function findSameRepo(task: StageTask, context: StageContext): Promise<CurrentRepo> {
  const { hub, signal } = context
  return checkSameRepo(task, await hub.repoDetail(task.kind, task.id, { expand: ['private', 'sha'], signal }), context)
}
