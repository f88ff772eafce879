import { beforeAll, describe, expect, it } from 'vitest'
import type { IndexedDocument } from '../../src/search/search-document.ts'
import type { SearchQuery } from '../../src/search/search-engine.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { searchDocument } from './search-document.ts'

/** What every engine finds in READMEs. */
export function describeReadmes({ engine, found, put }: EngineUnderTest): void {
  describe('READMEs', () => {
    const withReadme = (id: string, ...readmeWords: string[]): IndexedDocument => ({
      ...searchDocument({ id, readmeDigest: `digest of ${readmeWords.join(' ')}` }),
      readmeWords,
    })
    const birds = { ...withReadme('owls/night', 'plumage', 'nocturnal', 'feathers'), downloads: 9_000_000 }

    beforeAll(async () => {
      await engine().clear()
      await put(
        birds,
        searchDocument({ id: 'a/plumage' }),
        searchDocument({ id: 'plumage/b' }),
        searchDocument({ id: 'c/tagged', tags: ['plumage'] }),
        searchDocument({ id: 'd/described', description: 'All about plumage.' }),
        withReadme('e/bge-m3', 'retrieval'),
        withReadme('f/other', 'bgem3', 'retrieval'),
      )
    })

    it('are searched, and rank below name, author, tags and description, however popular the repo is', async () => {
      expect(await found({ words: 'plumage' })).toEqual(['a/plumage', 'plumage/b', 'c/tagged', 'd/described', 'owls/night'])
      expect(await found({ words: 'nocturnal feathers' })).toEqual(['owls/night'])
      expect(await found({ words: 'night feathers' })).toEqual(['owls/night'])
    })

    it('count in totals, filters and facets', async () => {
      const query: SearchQuery = { words: 'retrieval', filters: { author: ['e', 'f', 'owls'] }, facets: ['author'] }
      expect(await engine().search(query)).toMatchObject({ total: 2, facets: { author: { e: 1, f: 1 } } })
    })

    it('are searched for the beginning of the last word, but not with typos', async () => {
      expect(await found({ words: 'nocturn' })).toEqual(['owls/night'])
      expect(await found({ words: 'nocturnel' })).toEqual([])
    })

    it('do not hide a repo whose whole name is the query', async () => {
      expect((await found({ words: 'bgem3' }))[0]).toBe('e/bge-m3')
    })

    it('are never part of a hit, except for the digest of their words', async () => {
      const [hit] = (await engine().search({ words: 'nocturnal' })).hits
      const { readmeWords: _, ...shown } = birds
      expect(hit).toEqual(shown)
      expect(await engine().documents([birds.hubId])).toEqual([shown])
    })

    it('are found by their new words only, after a change', async () => {
      await put({ ...birds, readmeDigest: 'new', readmeWords: ['migratory'] })
      expect(await found({ words: 'nocturnal' })).toEqual([])
      expect(await found({ words: 'migratory' })).toEqual(['owls/night'])
      await put({ ...searchDocument({ id: 'owls/night' }), downloads: 9_000_000 })
      expect(await found({ words: 'migratory' })).toEqual([])
    })
  })
}
