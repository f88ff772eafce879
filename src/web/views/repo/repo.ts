import type { repoRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'

export type Repo = AnswerOf<typeof repoRoute>

/** The API's path of a repo, to which parts such as `/history` are added. */
export function apiPath({ kind, id }: Pick<Repo, 'kind' | 'id'>): string {
  return `/api/v1/repos/${kind}/${id.split('/').map(encodeURIComponent).join('/')}`
}
