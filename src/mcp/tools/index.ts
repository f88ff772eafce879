import { compare } from './compare.ts'
import { datasetColumns } from './dataset-columns.ts'
import { getRepo } from './get-repo.ts'
import { licenseAudit } from './license-audit.ts'
import { lineage } from './lineage.ts'
import { listViews } from './list-views.ts'
import { runSql } from './run-sql.ts'
import { searchRepos } from './search-repos.ts'
import type { Tool } from './tool.ts'
import { whatChanged } from './what-changed.ts'

/** Every tool, in the order of the documentation. */
export const TOOLS: readonly Tool[] = [
  searchRepos,
  getRepo,
  lineage,
  compare,
  datasetColumns,
  licenseAudit,
  whatChanged,
  runSql,
  listViews,
]
