import type { Migration } from 'kysely/migration'
import { up as catalog } from './0001-catalog.ts'
import { up as search } from './0002-search.ts'
import { up as reader } from './0003-reader.ts'
import { up as removals } from './0004-removals.ts'
import { up as history } from './0005-history.ts'
import { up as stages } from './0006-stages.ts'
import { up as schedules } from './0007-schedules.ts'
import { up as budgets } from './0008-budgets.ts'
import { up as searchTarget } from './0009-search-target.ts'
import { up as storage } from './0010-storage.ts'
import { up as changeTimes } from './0011-change-times.ts'
import { up as secondLooks } from './0012-second-looks.ts'
import { up as misplacedRepos } from './0013-misplaced-repos.ts'
import { up as budgetsByToken } from './0014-budgets-by-token.ts'
import { up as processes } from './0015-processes.ts'
import { up as searchVersions } from './0016-search-versions.ts'
import { up as hub } from './0017-hub.ts'
import { up as searchBlocks } from './0018-search-blocks.ts'
import { up as attempts } from './0019-attempts.ts'
import { up as passGaps } from './0020-pass-gaps.ts'
import { up as locks } from './0021-locks.ts'
import { up as indexAttempts } from './0022-index-attempts.ts'
import { up as leaseOwners } from './0023-lease-owners.ts'
import { up as names } from './0024-names.ts'
import { up as codes } from './0025-codes.ts'
import { up as comments } from './0026-comments.ts'
import { up as wholeNames } from './0027-whole-names.ts'
import { up as repoFields } from './0028-repo-fields.ts'
import { up as collections } from './0029-collections.ts'
import { up as readmes } from './0030-readmes.ts'
import { up as suggestions } from './0031-suggestions.ts'
import { up as embeddings } from './0032-embeddings.ts'
import { up as httpApi } from './0033-http-api.ts'
import { up as mirror } from './0034-mirror.ts'
import { up as datasetUsers } from './0035-dataset-users.ts'
import { up as shadowIndex } from './0036-shadow-index.ts'
import { up as tagKeys } from './0037-tag-keys.ts'
import { up as repoTotals } from './0038-repo-totals.ts'
import { up as sortIndexes } from './0039-sort-indexes.ts'
import { up as distinctTags } from './0040-distinct-tags.ts'

/** Every migration by name, in order. A landed one is never edited: a change is a new number. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-catalog': { up: catalog },
  '0002-search': { up: search },
  '0003-reader': { up: reader },
  '0004-removals': { up: removals },
  '0005-history': { up: history },
  '0006-stages': { up: stages },
  '0007-schedules': { up: schedules },
  '0008-budgets': { up: budgets },
  '0009-search-target': { up: searchTarget },
  '0010-storage': { up: storage },
  '0011-change-times': { up: changeTimes },
  '0012-second-looks': { up: secondLooks },
  '0013-misplaced-repos': { up: misplacedRepos },
  '0014-budgets-by-token': { up: budgetsByToken },
  '0015-processes': { up: processes },
  '0016-search-versions': { up: searchVersions },
  '0017-hub': { up: hub },
  '0018-search-blocks': { up: searchBlocks },
  '0019-attempts': { up: attempts },
  '0020-pass-gaps': { up: passGaps },
  '0021-locks': { up: locks },
  '0022-index-attempts': { up: indexAttempts },
  '0023-lease-owners': { up: leaseOwners },
  '0024-names': { up: names },
  '0025-codes': { up: codes },
  '0026-comments': { up: comments },
  '0027-whole-names': { up: wholeNames },
  '0028-repo-fields': { up: repoFields },
  '0029-collections': { up: collections },
  '0030-readmes': { up: readmes },
  '0031-suggestions': { up: suggestions },
  '0032-embeddings': { up: embeddings },
  '0033-http-api': { up: httpApi },
  '0034-mirror': { up: mirror },
  '0035-dataset-users': { up: datasetUsers },
  '0036-shadow-index': { up: shadowIndex },
  '0037-tag-keys': { up: tagKeys },
  '0038-repo-totals': { up: repoTotals },
  '0039-sort-indexes': { up: sortIndexes },
  '0040-distinct-tags': { up: distinctTags },
}
