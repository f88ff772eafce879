import { createHash } from 'node:crypto'
import { instantOf } from '../../hub/instant.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { isoSecond } from '../generator/iso-second.ts'
import { completePayload } from '../shelves/complete-payload.ts'
import { newHubId } from './new-hub-id.ts'

/** Differs from the digits of generated repos, so that all `_id`s of a Hub are unique. */
const KIND_DIGIT: Readonly<Record<RepoKind, string>> = { model: 'd', dataset: 'e', space: 'f' }

const FRESH = { likes: 0, downloads: 0, downloadsAllTime: 0, trendingScore: 0, usedStorage: 0 }

/** `count` is the number of repos made before: within a second and kind, later repos have greater `_id`s. */
export function newRepo(kind: RepoKind, fields: NewRepoFields, atMs: number, count: number): HubRepo {
  const created = typeof fields['createdAt'] === 'string' ? instantOf(fields['createdAt']) : atMs
  const hubId = newHubId(created ?? atMs, KIND_DIGIT[kind], count)
  const { downloads, downloadsAllTime, ...uncounted } = FRESH
  return completePayload(kind, {
    createdAt: isoSecond(atMs),
    lastModified: isoSecond(atMs),
    sha: shaOf(hubId, 0),
    tags: kind === 'space' && typeof fields['sdk'] === 'string' ? [fields['sdk'], 'region:us'] : ['region:us'],
    siblings: [{ rfilename: '.gitattributes' }, { rfilename: 'README.md' }],
    ...uncounted,
    ...(kind === 'space' ? {} : { downloads, downloadsAllTime }),
    ...fields,
    _id: hubId,
  })
}

/** Any fields of the Hub's detail response, with any types except for the id. An `_id` is ignored. */
export interface NewRepoFields {
  readonly id: string
  readonly [field: string]: unknown
}

/** The `sha` of the commit with this number in the history of a repo. */
export function shaOf(hubId: string, commit: number): string {
  return createHash('sha1').update(`${hubId} commit ${commit}`).digest('hex')
}
