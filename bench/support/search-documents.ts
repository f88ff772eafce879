import { readRepo } from '../../src/catalog/repos/record.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { EXPANDABLE } from '../../src/hub-server/repo-fields.ts'
import { createDraw, type Draw } from '../../src/sample-hub/generator/draw.ts'
import { generateShelves } from '../../src/sample-hub/generator/generate-shelves.ts'
import type { IndexedDocument } from '../../src/search/search-document.ts'
import { documentOfRecord } from '../../test/support/catalog/record-document.ts'

/** Documents of generated repos. The kinds take turns, as in concurrent passes. @param hasReadmes whether each has one */
export function* generatedDocuments(repos: number, seed: number, hasReadmes = false): Generator<IndexedDocument> {
  const draw = createDraw(seed)
  let number = 0
  const shelves = generateShelves(repos, seed)
  for (let index = 0; index < repos; index++) {
    for (const kind of REPO_KINDS) {
      if (index >= shelves[kind].size) continue
      const names = new Set(EXPANDABLE[kind].filter((name) => name !== 'siblings'))
      const record = readRepo(kind, shelves[kind].repoAt(index, { names, blobs: false }))
      if ('reason' in record) continue
      const document = documentOfRecord(record)
      yield hasReadmes ? { ...document, readmeDigest: `${seed}`, readmeWords: readmeWords(draw, number++) } : document
    }
  }
}

const README_LENGTH = 400
const VOCABULARY = 200_000

/** Distinct words of a text of the length of a usual README, by Zipf's law. */
function readmeWords(draw: Draw, number: number): string[] {
  const ranks = Array.from({ length: README_LENGTH }, (_, place) => Math.floor(VOCABULARY ** draw(number, place)))
  return [...new Set(ranks)].slice(0, 300).map((rank) => `w${rank.toString(36)}`)
}
