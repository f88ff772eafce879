import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineUnderTest } from './engine-under-test.ts'
import { searchDocument } from './search-document.ts'

/** What every engine finds by words, and in which order. */
export function describeWords({ engine, found, put }: EngineUnderTest): void {
  describe('words', () => {
    beforeAll(async () => {
      await engine().clear()
      await put(
        searchDocument({ id: 'google-bert/bert-base-uncased', downloads: 1_000_000, likes: 900 }),
        searchDocument({ id: 'someone/bert-base-uncased-finetuned', downloads: 50 }),
        searchDocument({ id: 'distil/DistilBERT_v2.onnx', downloads: 10 }),
        searchDocument({ id: 'bert/tokenizer', downloads: 9_000_000 }),
        searchDocument({ id: 'x/tagged', tags: ['bert', 'task:text-generation'], downloads: 9_000_000 }),
        searchDocument({ id: 'y/described', description: 'Made from BERT, for Übersetzung.', downloads: 9_000_000 }),
        searchDocument({ id: 'z/unrelated', downloads: 99_000_000 }),
        searchDocument({ id: 'meta-llama/Llama-3.1-8B-Instruct', downloads: 5 }),
        searchDocument({ id: 'w/mistral', description: '機械学習のモデル 🦙' }),
        searchDocument({ id: 'gpt2' }),
      )
    })

    it('ranks name, author, tags and description in this order, before popularity', async () => {
      expect(await found({ words: 'bert' })).toEqual([
        'google-bert/bert-base-uncased',
        'someone/bert-base-uncased-finetuned',
        'distil/DistilBERT_v2.onnx',
        'bert/tokenizer',
        'x/tagged',
        'y/described',
      ])
    })

    it.each([
      ['the whole id', 'google-bert/bert-base-uncased', 'google-bert/bert-base-uncased'],
      ['the whole name', 'bert-base-uncased', 'google-bert/bert-base-uncased'],
      ['another case', 'GOOGLE-BERT/Bert-Base-Uncased', 'google-bert/bert-base-uncased'],
      ['a name without owner', 'gpt2', 'gpt2'],
    ])('ranks a repo that is named in full first: %s', async (_, words, id) => {
      expect((await found({ words }))[0]).toBe(id)
    })

    it.each([
      ['parts by hyphen', 'uncased finetuned', ['someone/bert-base-uncased-finetuned']],
      ['parts by dot and underscore', 'onnx v2', ['distil/DistilBERT_v2.onnx']],
      ['parts by camel case', 'distil', ['distil/DistilBERT_v2.onnx']],
      ['the whole of a camel case word', 'distilbert', ['distil/DistilBERT_v2.onnx']],
      ['letters before digits', 'gpt', ['gpt2']],
      ['words of a tag', 'text-generation', ['x/tagged']],
      ['words without their accents', 'ubersetzung', ['y/described']],
      ['accents as written', 'ÜBERSETZUNG', ['y/described']],
      ['a script without spaces', '学習', ['w/mistral']],
      ['a pictograph', '🦙', ['w/mistral']],
      ['the last word as a prefix', 'meta instr', ['meta-llama/Llama-3.1-8B-Instruct']],
    ])('finds %s', async (_, words, ids) => {
      expect(await found({ words })).toEqual(ids)
    })

    it('finds words in any order and place', async () => {
      expect(await found({ words: 'instruct meta' })).toEqual(['meta-llama/Llama-3.1-8B-Instruct'])
      expect(await engine().search({ words: 'bert base uncased' })).toMatchObject({ total: 2, isRelaxed: false })
    })

    it('requires every word, unless no repo has them all', async () => {
      expect(await engine().search({ words: 'instruct unheard' })).toMatchObject({
        isRelaxed: true,
        total: 1,
        hits: [{ id: 'meta-llama/Llama-3.1-8B-Instruct' }],
      })
      expect(await engine().search({ words: 'unheard' })).toMatchObject({ isRelaxed: false, total: 0 })
    })

    it('treats only the last word as a prefix', async () => {
      expect(await found({ words: 'instr x' })).not.toContain('meta-llama/Llama-3.1-8B-Instruct')
    })

    it.each([
      ['a letter replaced', 'mistrel'],
      ['a letter inserted', 'misttral'],
      ['a letter deleted', 'mistrl'],
      ['two letters swapped', 'misrtal'],
      ['the first letter replaced', 'nistral'],
      ['a letter appended', 'mistrall'],
      ['the first two letters swapped', 'imstral'],
    ])('allows one typo: %s', async (_, words) => {
      expect(await found({ words })).toEqual(['w/mistral'])
    })

    it('allows neither two typos nor one in a word of four letters', async () => {
      expect(await found({ words: 'mistrrell' })).toEqual([])
      expect(await found({ words: 'brt' })).toEqual([])
      expect((await engine().search({ words: 'brt x' })).isRelaxed).toBe(true)
    })

    it('allows no typos in numbers', async () => {
      await put(searchDocument({ id: 'n/checkpoint-21000' }))
      expect(await found({ words: '21001' })).toEqual([])
      expect(await found({ words: 'v21000' })).toEqual([])
      expect(await found({ words: '21000' })).toEqual(['n/checkpoint-21000'])
      await engine().apply({ removals: [searchDocument({ id: 'n/checkpoint-21000' }).hubId] })
    })

    it('ranks exact matches before matches with a typo', async () => {
      await put(searchDocument({ id: 'q/mistrals' }), searchDocument({ id: 'q/popular-mistras', downloads: 1e9 }))
      expect(await found({ words: 'mistral' })).toEqual(['w/mistral', 'q/mistrals', 'q/popular-mistras'])
    })

    it('pages through ranked hits without duplicates or gaps', async () => {
      const all = await found({ words: 'bert' })
      const pages = await Promise.all(all.map((_, offset) => found({ words: 'bert', offset, limit: 1 })))
      expect(pages.flat()).toEqual(all)
    })

    it('uses an explicit sort instead of the rank', async () => {
      expect((await found({ words: 'bert', sort: 'downloads' })).slice(0, 4)).toEqual([
        'bert/tokenizer',
        'x/tagged',
        'y/described',
        'google-bert/bert-base-uncased',
      ])
    })

    it.each([
      ['quotes and operators', `"bert' OR -base & (uncased | !) <-> :*`],
      ['an unpaired surrogate', '\ud83e bert'],
      ['a NUL', 'be\0rt'],
      ['SQL', `'; drop schema search cascade; --`],
      ['wildcards', 'b%rt _ert *'],
      ['control characters', '\u0007\u001b[31m'],
      ['right-to-left text', 'نموذج اللغة'],
      ['10 kB of one letter', 'a'.repeat(10_000)],
      ['10 kB of words', 'bert base '.repeat(1_000)],
      ['a thousand distinct words', Array.from({ length: 1_000 }, (_, index) => `word${index}`).join(' ')],
    ])('accepts any text: %s', async (_, words) => {
      const { total, hits } = await engine().search({ words, facets: ['kind', 'tag'] })
      expect(hits.length).toBe(Math.min(total, 20))
    })

    it.each(['', '   ', '"', '--- !!', '\0'])('finds everything for text without words: %j', async (words) => {
      expect((await engine().search({ words })).total).toBe(await engine().count())
    })
  })
}
