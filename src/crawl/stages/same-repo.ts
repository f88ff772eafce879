import { readRepo } from '../../catalog/repos/record.ts'
import type { StageTask } from '../../catalog/stages/stage-data.ts'
import { ForeignRedirect, RepoNotFound } from '../../hub/errors.ts'
import { forMessage } from '../../hub/for-message.ts'
import type { RepoAnswer } from '../../hub/repos/detail.ts'
import type { StageContext } from './stage-context.ts'

/** The repo of a task as the Hub has it now. */
export interface PresentRepo {
  id: string
  sha: string | undefined
}

/**
 * Holds an answer to the repo that was meant. A name can lead to another repo: after a deletion, after a move, by a redirect.
 * What was fetched under it then belongs to that one.
 *
 * @throws ForeignRedirect for another repo; RepoNotFound for one that has become private and is to stay out
 */
export function checkSameRepo(task: StageTask, answer: RepoAnswer, { includePrivate }: StageContext): PresentRepo {
  const { repo, moved } = answer
  const record = readRepo(task.kind, repo)
  // A server without `_id` can only be taken at its word, as long as it does not send us elsewhere.
  const isSame =
    'reason' in record ? false : record.hub_id === task.hubId || (repo['_id'] === undefined && moved === undefined)
  if ('reason' in record || !isSame) {
    const found = 'reason' in record ? record.reason : `${forMessage(record.id)} with the _id ${record.hub_id}`
    const message = `${forMessage(task.id)} now leads to another repo: ${found}, expected the _id ${task.hubId}. Nothing was taken from it; the next pass tells what became of this one.`
    throw new ForeignRedirect(message, { to: 'reason' in record ? '' : record.id })
  }
  if (record.private && !includePrivate) {
    throw new RepoNotFound(
      `${forMessage(task.id)} has become private, and private repos are left out. A full pass will tell.`,
    )
  }
  const sha = repo['sha']
  return { id: record.id, sha: typeof sha === 'string' && sha !== '' ? sha : undefined }
}

/** Asks for no more than it takes to know that the repo is still the one that was meant. */
export async function findSameRepo(task: StageTask, context: StageContext): Promise<PresentRepo> {
  const { hub, signal } = context
  return checkSameRepo(task, await hub.repoDetail(task.kind, task.id, { expand: ['private', 'sha'], signal }), context)
}
