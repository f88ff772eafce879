import { beforeAll, describe, expect, it } from 'vitest'
import { InvalidSearch } from '../../src/search/invalid-search.ts'
import { didYouMean } from '../../src/search/suggest/did-you-mean.ts'
import { suggest } from '../../src/search/suggest/suggest.ts'
import type { SuggestQuery } from '../../src/search/suggest/suggestion.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { searchDocument } from './search-document.ts'

/** What every engine suggests. */
export function describeSuggestions({ engine, put }: EngineUnderTest): void {
  describe('suggestions', () => {
    const task = ['text-generation']
    beforeAll(async () => {
      await engine().clear()
      await put(
        searchDocument({ id: 'Qwen/Qwen3-4B', downloads: 900, task, tags: ['text-generation', 'qwen3'] }),
        searchDocument({ id: 'Qwen/Qwen3-8B', downloads: 5_000, task, tags: ['qwen3'], library: ['transformers'] }),
        searchDocument({ id: 'Qwen/Tongyi', downloads: 4, library: ['transformers'] }),
        searchDocument({ id: 'someone/qwen-data', kind: 'dataset', tags: ['qwen-tag', 'text classics'], likes: 1 }),
        searchDocument({ id: 'text/whale', kind: 'space', tags: ['Text Studies'] }),
        searchDocument({ id: 'sea/Stable-Difussion' }),
        searchDocument({ id: 'sea/mistral-instruct' }),
        searchDocument({ id: 'sea/orca-instruct-large-v9' }),
      )
    })

    const suggested = async (query: SuggestQuery) =>
      (await suggest(engine(), query)).map((one) => [one.type, one.value, one.type === 'repo' ? one.kind : one.count])

    it('are repos by popularity, then authors, tasks, libraries and tags by number of repos', async () => {
      expect(await suggested({ prefix: 'qwen' })).toEqual([
        ['repo', 'Qwen/Qwen3-8B', 'model'],
        ['repo', 'Qwen/Qwen3-4B', 'model'],
        ['repo', 'someone/qwen-data', 'dataset'],
        ['author', 'Qwen', 3],
        ['tag', 'qwen3', 2],
        ['tag', 'qwen-tag', 1],
      ])
      expect(await suggested({ prefix: 'tr' })).toEqual([['library', 'transformers', 2]])
    })

    it('ignore case and the kind of separator, and name a task once, with its label', async () => {
      expect(await suggested({ prefix: 'QWEN3 4' })).toEqual([['repo', 'Qwen/Qwen3-4B', 'model']])
      expect(await suggest(engine(), { prefix: 'text g' })).toEqual([
        { type: 'task', value: 'text-generation', label: 'Text Generation', count: 2 },
      ])
      expect(await suggested({ prefix: 'text-' })).toEqual([
        ['task', 'text-generation', 2],
        ['tag', 'Text Studies', 1],
        ['tag', 'text classics', 1],
      ])
    })

    it('can be of one kind, which also counts', async () => {
      expect(await suggested({ prefix: 'qwen', kind: 'dataset' })).toEqual([
        ['repo', 'someone/qwen-data', 'dataset'],
        ['tag', 'qwen-tag', 1],
      ])
    })

    it('after owner/ are the repos of that owner', async () => {
      expect(await suggested({ prefix: 'qwen/' })).toEqual([
        ['repo', 'Qwen/Qwen3-8B', 'model'],
        ['repo', 'Qwen/Qwen3-4B', 'model'],
        ['repo', 'Qwen/Tongyi', 'model'],
      ])
      expect(await suggested({ prefix: 'qwen/ton' })).toEqual([['repo', 'Qwen/Tongyi', 'model']])
      expect(await suggested({ prefix: 'nobody/' })).toEqual([])
    })

    it('are limited per type, and the most popular without a beginning', async () => {
      expect(await suggested({ prefix: '', limit: 1 })).toEqual([
        ['repo', 'Qwen/Qwen3-8B', 'model'],
        ['author', 'Qwen', 3],
        ['task', 'text-generation', 2],
        ['library', 'transformers', 2],
        ['tag', 'qwen3', 2],
      ])
    })

    it.each(['"', "'", '\0', '%', '\\', '\ud83e', '!!!', '🦙', 'a'.repeat(5_000), '/', '//x'])(
      'are none for a beginning that nothing has: %j',
      async (prefix) => {
        expect(await suggested({ prefix })).toEqual([])
      },
    )

    it.each([
      { prefix: 'a', limit: 0 },
      { prefix: 'a', limit: 51 },
      { prefix: 'a', kind: 'kitten' as never },
    ])('are refused for %j', async (query) => {
      await expect(suggest(engine(), query)).rejects.toThrow(InvalidSearch)
    })

    it.each([
      ['mistrrall instruct', 'mistral instruct'],
      ['instruct mistrrall', 'instruct mistral'],
      ['instruct ocra', 'instruct orca'],
      ['stabble difussion', undefined],
    ])('correct words that no repo has: %s to %s', async (words, corrected) => {
      const query = { words }
      expect(await didYouMean(engine(), query, await engine().search(query))).toBe(corrected)
    })

    it('correct nothing where no near query finds a repo', async () => {
      for (const query of [{ words: 'zzzzzzzzz' }, { words: 'whale', filters: { license: ['none'] } }, { words: '' }]) {
        expect(await didYouMean(engine(), query, { total: 0, isRelaxed: false })).toBeUndefined()
      }
      const elsewhere = { words: 'mistrrall', filters: { kind: ['space'] } }
      expect(await didYouMean(engine(), elsewhere, await engine().search(elsewhere))).toBeUndefined()
    })
  })
}
