import { createHash } from 'node:crypto'
import type { SearchDocument } from '../search-document.ts'

/** Raise it when texts are made differently: all are then embedded again. */
export const TEXT_VERSION = 1
/** Most models read a few hundred words. What identifies a repo comes first. */
const MAX_LENGTH = 2_000
/** Tags that say nothing, or what other fields say in words. */
const OTHER_TAGS =
  /^(region|license|language|library|base_model|arxiv|doi|dataset|size_categories|format|modality|task_categories):/

/** What a repo is about, for an embedder: nothing that changes daily, so that few texts are embedded again. */
export function embeddingTextOf(document: SearchDocument): string {
  const { id, kind, title, task, library, language, license, modality, tags, description } = document
  const topics = tags.filter((tag) => !OTHER_TAGS.test(tag) && !task.includes(tag) && !library.includes(tag))
  const lines = [
    `${id} (${kind})`,
    title ?? '',
    line('Task', task),
    line('About', topics),
    line('Library', library),
    line('Language', language),
    line('Modality', modality),
    line('License', license),
    description ?? '',
  ]
  return lines
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, MAX_LENGTH)
    .toWellFormed()
}

/** The hash by which a changed text of a document is recognized. */
export function textHashOf(document: SearchDocument): { hubId: string; hash: Buffer } {
  return { hubId: document.hubId, hash: createHash('sha256').update(embeddingTextOf(document)).digest() }
}

function line(label: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `${label}: ${values.join(', ')}`
}
