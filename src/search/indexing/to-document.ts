import { createHash } from 'node:crypto'
import type { CounterRow, SearchRow } from '../../catalog/outbox/outbox.ts'
import { tagValues } from '../../catalog/repos/derived-fields.ts'
import { oneOrMany } from '../../catalog/repos/wire-fields.ts'
import type { CounterUpdate, IndexedDocument, SearchDocument } from '../search-document.ts'
import { parameterClassOf } from '../text/parameter-class.ts'
import { readmeWordsOf } from '../text/readme-text.ts'

/** Makes the search document of a repo from its catalog row and the beginning of its README, if that was fetched. */
export function documentOf(row: SearchRow, readme = ''): IndexedDocument {
  const readmeWords = readmeWordsOf(readme)
  const parameters = row.parameters === null ? null : Number(row.parameters)
  return {
    ...countersOf(row),
    kind: row.kind,
    id: row.id,
    formerNames: row.formerNames ?? [],
    author: row.author,
    title: row.title,
    description: row.description,
    tags: row.tags,
    task: row.pipelineTag === null ? row.taskCategories : [row.pipelineTag],
    library: row.libraryName === null ? tagValues(row.tags, 'library:') : [row.libraryName],
    license: declared(row.tags, 'license:', row.license, row.cardLicense),
    language: row.languages,
    modality: row.modalities,
    format: row.formats,
    gated: gatedOf(row.gated),
    sdk: row.sdk,
    theme: row.theme,
    sizeCategory: declared(row.tags, 'size_categories:', row.sizeCategory, row.cardSizeCategories),
    parameters,
    parameterClass: parameterClassOf(parameters),
    createdAt: row.createdAt?.toISOString() ?? null,
    lastModified: row.lastModified?.toISOString() ?? null,
    readmeDigest: readmeWords.length === 0 ? null : digestOf(readmeWords),
    readmeWords,
  }
}

function digestOf(words: readonly string[]): string {
  return createHash('sha256').update(words.join(' ')).digest('base64url').slice(0, 16)
}

/**
 * All values of a column that has only the first, so that a repo with several is found by each: those of the tags, else those of
 * the card.
 */
function declared(tags: readonly string[], prefix: string, first: string | null, inCard: unknown): string[] {
  const tagged = tagValues(tags, prefix)
  if (tagged.length > 0 || first === null) return tagged
  const stated = oneOrMany(inCard)
  return stated.length > 0 ? stated : [first]
}

/** Counters that the Hub never sent count as zero. */
export function countersOf(row: CounterRow): CounterUpdate {
  return {
    hubId: row.hubId,
    downloads: Number(row.downloads ?? 0),
    likes: Number(row.likes ?? 0),
    trendingScore: row.trendingScore ?? 0,
  }
}

function gatedOf(value: string | null): SearchDocument['gated'] {
  return value === 'false' || value === 'auto' || value === 'manual' ? value : null
}
