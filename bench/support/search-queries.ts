import type { SearchQuery } from '../../src/search/search-engine.ts'
import type { SuggestQuery } from '../../src/search/suggest/suggestion.ts'

/** Two of the five have tens of thousands of values. */
const facets = ['task', 'library', 'license', 'author', 'tag'] as const

/** Typical queries, by class. */
export const searchQueries: Readonly<Record<string, readonly SearchQuery[]>> = {
  'no words': [{}, { sort: 'downloads' }, { sort: 'created' }, { offset: 100 }],
  'broad filter': [
    { filters: { kind: ['model'] } },
    { filters: { kind: ['dataset'] }, sort: 'likes' },
    { filters: { license: ['apache-2.0', 'mit'] } },
    { filters: { kind: ['model'], task: ['text-generation'] }, sort: 'downloads' },
  ],
  'narrow filter': [
    { filters: { kind: ['model'], license: ['gemma'], task: ['text-generation'] } },
    { filters: { language: ['fr'], kind: ['dataset'] } },
    { filters: { year: ['2023'], library: ['diffusers'] }, sort: 'modified' },
  ],
  'one word': [{ words: 'bert' }, { words: 'qwen' }, { words: 'english' }, { words: 'llama', filters: { kind: ['model'] } }],
  'several words': [
    { words: 'text generation' },
    { words: 'image classification dataset' },
    { words: 'bert base uncased' },
    { words: 'llama instruct gguf', sort: 'downloads' },
  ],
  'one typo': [{ words: 'lamma' }, { words: 'mistrall' }, { words: 'clasification image' }, { words: 'transfomers' }],
  prefix: [{ words: 'b' }, { words: 'mo' }, { words: 'lla' }, { words: 'text gen' }, { words: 'trans' }],
}

/** Beginnings as they are typed, letter by letter: of names, authors, tasks and tags. */
export const suggestQueries: readonly SuggestQuery[] = [
  ...['bert-base', 'qwen', 'llama instr', 'text-gen', 'license', 'mistral', 'transfo', 'zq'].flatMap(beginningsOf),
  ...beginningsOf('text-cl').map((query): SuggestQuery => ({ ...query, kind: 'dataset' })),
]

function beginningsOf(text: string): SuggestQuery[] {
  return Array.from(text, (_, index) => ({ prefix: text.slice(0, index + 1) }))
}

/** The queries of a class, with the facets and the number of hits of a search page. */
export function queriesOf(name: string): SearchQuery[] {
  return (searchQueries[name] ?? []).map((query) => ({ ...query, facets, limit: 20 }))
}
