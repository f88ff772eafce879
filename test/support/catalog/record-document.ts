import type { RepoRecord } from '../../../src/catalog/repos/record.ts'
import { documentOf } from '../../../src/search/indexing/to-document.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'

/** The search document of a record that is in no catalog. */
export function documentOfRecord(record: RepoRecord): SearchDocument {
  return documentOf(rowOf(record))
}

/** The record as it would be read from the catalog. */
function rowOf(record: RepoRecord): Parameters<typeof documentOf>[0] {
  const columns = record.columns()
  return {
    ...columns,
    hubId: record.hub_id,
    formerNames: null,
    title: null,
    theme: null,
    pipelineTag: columns.pipeline_tag,
    taskCategories: columns.task_categories,
    libraryName: columns.library_name,
    sizeCategory: columns.size_category,
    trendingScore: record.trending_score,
    parameters: textOf(columns.parameters),
    downloads: textOf(record.downloads),
    likes: textOf(record.likes),
    createdAt: dateOf(columns.created_at),
    lastModified: dateOf(columns.last_modified),
  }
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value)
}

function dateOf(value: string | null): Date | null {
  return value === null ? null : new Date(value)
}
