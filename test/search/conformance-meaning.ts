import { beforeAll, describe, expect, it } from 'vitest'
import type { SearchDocument } from '../../src/search/search-document.ts'
import type { FilterField } from '../../src/search/search-fields.ts'
import { similarRepos } from '../../src/search/similar/similar-repos.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { searchDocument } from './search-document.ts'
import { SCRIPTS } from './text/script-table.ts'

/** Tests that every search engine finds what people mean: names, phrases, similar repos, and text in any script. */
export function describeMeaning({ engine, found, put }: EngineUnderTest): void {
  describe('names', () => {
    beforeAll(async () => {
      await engine().clear()
      await put(
        searchDocument({ id: 'Qwen/Qwen3-4B' }),
        searchDocument({ id: 'Qwen/Qwen3.5-4B', downloads: 9_000_000 }),
        searchDocument({ id: 'Qwen/Qwen3-4B-Instruct', downloads: 9_000_000 }),
        searchDocument({ id: 'BAAI/bge-m3' }),
        searchDocument({ id: 'microsoft/Phi-3-mini-4k-instruct' }),
        searchDocument({ id: 'stabilityai/stable-diffusion-xl-base-1.0' }),
        searchDocument({ id: 'runwayml/stable-diffusion-v1-5' }),
        searchDocument({ id: 'deepreinforce-ai/Ornith-1.0-9B' }),
        searchDocument({ id: 'deepreinforce-ai/Ornith-1.0-9B-GGUF', downloads: 9_000_000 }),
        searchDocument({ id: 'openai/gsm8k', kind: 'dataset' }),
      )
    })

    it.each([
      ['in full', 'qwen3 4b', 'Qwen/Qwen3-4B'],
      ['in another case and order', '4B QWEN3', 'Qwen/Qwen3-4B'],
      ['with blanks for its dots', 'ornith 1 0 9b', 'deepreinforce-ai/Ornith-1.0-9B'],
      ['with other separators', 'ornith_1.0.9b', 'deepreinforce-ai/Ornith-1.0-9B'],
      ['joined', 'bgem3', 'BAAI/bge-m3'],
      ['joined, with dots', 'stablediffusionxlbase1.0', 'stabilityai/stable-diffusion-xl-base-1.0'],
      ['with a letter missing beside a digit', 'qwn3 4b', 'Qwen/Qwen3-4B'],
      ['with a letter missing in a short word', 'be m3', 'BAAI/bge-m3'],
      ['with a letter missing in a short name', 'gs8k', 'openai/gsm8k'],
      ['with two letters swapped, joined', 'qwne34b', 'Qwen/Qwen3-4B'],
      ['by its joined beginning', 'phi3mini', 'microsoft/Phi-3-mini-4k-instruct'],
    ])('stand first if they are typed %s', async (_, words, id) => {
      expect((await found({ words }))[0]).toBe(id)
    })

    it('take version numbers as wholes', async () => {
      expect(await found({ words: 'qwen 3.5' })).toEqual(['Qwen/Qwen3.5-4B'])
      expect(await found({ words: 'qwen 3.5 4b' })).toEqual(['Qwen/Qwen3.5-4B'])
      expect((await found({ words: 'qwen3 4b' })).slice(0, 2)).toEqual(['Qwen/Qwen3-4B', 'Qwen/Qwen3-4B-Instruct'])
      expect(await found({ words: 'stable diffusion 1.5' })).toEqual(['runwayml/stable-diffusion-v1-5'])
    })

    it('count in facets if only the whole text names them', async () => {
      expect(await engine().search({ words: 'bgem3', facets: ['author'] })).toMatchObject({
        total: 1,
        facets: { author: { BAAI: 1 } },
      })
    })

    it('are compared within the filters', async () => {
      expect(await found({ words: 'bgem3', filters: { kind: ['dataset'] } })).toEqual([])
    })
  })

  describe('phrases', () => {
    beforeAll(async () => {
      await engine().clear()
      const voice = { task: ['text-to-speech'], tags: ['text-to-speech'] }
      await put(
        searchDocument({ id: 'a/voix', ...voice, language: ['fr'], likes: 9 }),
        searchDocument({ id: 'a/stimme', ...voice, language: ['deu'] }),
        searchDocument({ id: 'a/voz', ...voice, language: ['pt-BR'] }),
        searchDocument({ id: 'b/french-cooking', kind: 'dataset', tags: ['text'] }),
        searchDocument({
          id: 'b/oreille',
          task: ['automatic-speech-recognition'],
          language: ['fra'],
          license: ['apache-2.0'],
        }),
        searchDocument({ id: 'c/lens', task: ['image-to-text'], language: ['zh'], license: ['cc-by-nc-4.0'] }),
        searchDocument({ id: 'c/llama', parameters: 7_615_616_512, tags: ['4-bit', 'gguf'], task: ['text-generation'] }),
        searchDocument({ id: 'c/gnat', parameters: 494_032_768, task: ['token-classification'] }),
        searchDocument({ id: 'd/the-stack', kind: 'dataset', language: ['code'] }),
        searchDocument({ id: 'd/stack-of-cards', kind: 'space', downloads: 9_000_000 }),
      )
    })

    it.each([
      ['a task and a language', 'text to speech french', ['a/voix']],
      ['a task by a short name', 'tts', ['a/voix', 'a/stimme', 'a/voz']],
      ['a language by its own name', 'français', ['a/voix', 'b/oreille']],
      ['a language in Chinese', '中文', ['c/lens']],
      ['a language by another of its codes', 'german tts', ['a/stimme']],
      ['a language of a region', 'brazilian portuguese', ['a/voz']],
      ['a language whose value has a region', 'portuguese tts', ['a/voz']],
      ['a task by an everyday name', 'speech recognition', ['b/oreille']],
      ['a task by a name of several words', 'image captioning', ['c/lens']],
      ['a task by an abbreviation', 'ner', ['c/gnat']],
      ['a license by a short name', 'apache2', ['b/oreille']],
      ['a license without its version', 'cc by nc', ['c/lens']],
      ['a quantization', '4bit', ['c/llama']],
      ['a file type of GGUF', 'q4_k_m', ['c/llama']],
      ['a size', '7b', ['c/llama']],
      ['a size in words', '7 billion', ['c/llama']],
      ['a size in millions', '500m', ['c/gnat']],
      ['a size and a task', 'ner 0.5 b', ['c/gnat']],
      ['what words without a meaning surround', 'the best model for german tts', ['a/stimme']],
      ['a phrase with a word that has no meaning elsewhere', 'the text to speech in french', ['a/voix']],
    ])('find %s', async (_, words, ids) => {
      expect(await found({ words })).toEqual(ids)
    })

    it('find the words themselves and what they mean', async () => {
      expect((await found({ words: 'french' })).toSorted()).toEqual(['a/voix', 'b/french-cooking', 'b/oreille'])
    })

    it('are words like others where all of them have no meaning', async () => {
      expect(await found({ words: 'the' })).toEqual(['d/the-stack'])
    })

    it('take a kind for a hint, which excludes nothing', async () => {
      expect((await found({ words: 'stack dataset' })).toSorted()).toEqual(['d/stack-of-cards', 'd/the-stack'])
    })

    it('leave counts of facets exact', async () => {
      const { total, facets } = await engine().search({ words: 'the best french model', facets: ['language', 'kind'] })
      expect({ total, facets }).toEqual({
        total: 3,
        facets: { language: { fr: 1, fra: 1 }, kind: { model: 2, dataset: 1 } },
      })
    })
  })

  describe('repos similar to one', () => {
    const base = searchDocument({ id: 'base/llama-8b', task: ['text-generation'], parameters: 8e9, downloads: 5 })
    const repo = searchDocument({
      id: 'me/llama-8b-medical',
      task: ['text-generation'],
      parameters: 8e9,
      tags: ['base_model:base/llama-8b', 'base_model:finetune:base/llama-8b', 'medical', 'region:us', 'text-generation'],
    })
    const sibling = searchDocument({
      ...repo,
      id: 'you/llama-8b-law',
      hubId: 'a1',
      tags: ['base_model:base/llama-8b', 'law'],
    })
    const child = searchDocument({ ...repo, id: 'you/gguf', hubId: 'a2', parameters: 16e9, tags: [`base_model:${repo.id}`] })
    const peer = searchDocument({ id: 'x/medical-bert', task: ['fill-mask'], tags: ['medical'], parameters: 1e8 })
    const other = searchDocument({ id: 'x/whisper', task: ['automatic-speech-recognition'], tags: ['region:us'], likes: 99 })
    const data = searchDocument({ id: 'x/medical-data', kind: 'dataset', tags: ['medical'], task: ['text-generation'] })

    beforeAll(async () => {
      await engine().clear()
      await put(base, repo, sibling, child, peer, other, data)
    })

    const similarTo = async (document: SearchDocument, filters: [FilterField, string[]][] = []) =>
      (await similarRepos(engine(), document, { filters: new Map(filters), ranges: {}, limit: 10, offset: 0 })).hits

    it('are ranked by base model, task, tags and size', async () => {
      const hits = await similarTo(repo)
      expect(hits.map(({ document, similarity }) => [document.id, similarity.score])).toEqual([
        [base.id, expect.closeTo(0.4 + 0.3 + 0.1)],
        [sibling.id, expect.closeTo(0.4 + 0.3 + 0.1)],
        [child.id, expect.closeTo(0.4 + 0.3 + 0.05)],
        [peer.id, expect.closeTo(0.2)],
      ])
    })

    it('are of the same kind, unless a filter names another', async () => {
      expect((await similarTo(repo, [['kind', ['dataset']]])).map(({ document }) => document.id)).toEqual([data.id])
    })

    it('match all filters', async () => {
      expect((await similarTo(repo, [['tag', ['law']]])).map(({ document }) => document.id)).toEqual([sibling.id])
    })

    it('are none for a repo without anything in common', async () => {
      expect(await similarTo(other)).toEqual([])
    })
  })

  describe('scripts', () => {
    beforeAll(async () => {
      await engine().clear()
      await put(...SCRIPTS.map(({ script, text }) => searchDocument({ id: `script/${script}`, description: text })))
    })

    it.each(SCRIPTS)('finds text in $script', async ({ script, found: queries, notFound }) => {
      const finds = async (words: string) => {
        const { hits, isRelaxed } = await engine().search({ words, limit: 1_000 })
        return !isRelaxed && hits.some(({ id }) => id === `script/${script}`)
      }
      for (const words of queries) expect({ words, isFound: await finds(words) }).toEqual({ words, isFound: true })
      for (const words of notFound) expect({ words, isFound: await finds(words) }).toEqual({ words, isFound: false })
    })
  })
}
