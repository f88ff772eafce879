import { readFileSync } from 'node:fs'
import type { RepoKind } from '../../src/hub/kinds.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from '../../src/search/search-fields.ts'
import { nameOf } from '../../src/search/text/document-words.ts'

/**
 * A phrase as people type it, and what they want by it. The conditions are judged by the repo alone, never by what an engine
 * does with the words:
 *
 * - `task=summarization|translation`: the repo has one of the values in a field for filters.
 * - `size=6.5..8`: its billions of parameters, or the number before a B in its name, are within the bounds.
 * - `name~ner`: the regular expression matches its name, in lower case.
 * - `text~ner`: or its tags, task or description.
 *
 * A repo that meets all of them is right, with grade 3. One that meets the first and all others but one is related, with
 * grade 1. All others have grade 0.
 */
export interface Phrase {
  phrase: string
  kind: RepoKind
  wants: string[]
  /** Why these are the conditions. */
  reason: string
}

export const PHRASES = JSON.parse(readFileSync(new URL('./phrases.json', import.meta.url), 'utf8')) as Phrase[]

/** The grades of the documents that are not 0, by Hub id. */
export function gradesOf({ kind, wants }: Phrase, documents: readonly SearchDocument[]): Map<string, number> {
  const conditions = wants.map(conditionOf)
  const grades = new Map<string, number>()
  for (const document of documents) {
    if (document.kind !== kind) continue
    const met = conditions.map((isMet) => isMet(document))
    const lacking = met.filter((isMet) => !isMet).length
    if (lacking === 0) grades.set(document.hubId, 3)
    else if (lacking === 1 && met.length > 1 && met[0] === true) grades.set(document.hubId, 1)
  }
  return grades
}

function conditionOf(text: string): (document: SearchDocument) => boolean {
  const [, name = '', operator, operand = ''] = /^(\w+)([=~])(.*)$/s.exec(text) ?? []
  if (operator === '=' && name === 'size') return sizeCondition(operand)
  if (operator === '=' && FILTER_FIELDS.includes(name as FilterField)) {
    const values = new Set(operand.split('|'))
    return (document) => valuesOf[name as FilterField](document).some((value) => values.has(value))
  }
  const pattern = new RegExp(operand)
  if (operator === '~' && name === 'name') return ({ id }) => pattern.test(nameOf(id).toLowerCase())
  if (operator === '~' && name === 'text') return (document) => pattern.test(textOf(document))
  throw new Error(`Expected a condition such as task=translation, size=1..3, name~bert or text~news; got ${text}.`)
}

function sizeCondition(bounds: string): (document: SearchDocument) => boolean {
  const [least = 0, most = 0] = bounds.split('..').map(Number)
  return ({ id, parameters }) => {
    const named = /(?:^|[^a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])/.exec(nameOf(id).toLowerCase())?.[1]
    const billions = parameters === null ? Number(named ?? Number.NaN) : parameters / 1e9
    return billions >= least && billions <= most
  }
}

function textOf({ id, tags, task, description }: SearchDocument): string {
  return [nameOf(id), ...tags, ...task, description ?? ''].join(' ').toLowerCase()
}
