import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../../src/hub/kinds.ts'
import { EXPANDABLE } from '../../../src/hub-server/repo-fields.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { startMirror } from '../../support/hub/mirror.ts'
import { answersOf, type Pair, walksOf } from './compare.ts'

/** A model with the words of each filter is among this many. */
const REPOS = 130

describe.each(anyCatalogTarget)('the mirror of a crawled Hub ($engine)', ({ create }) => {
  const stages = ['--stages', 'details,parquet', '--stage-requests', '5000']
  const { hub, catalog } = crawledHub(create, { repos: REPOS, seed: 7, quota: 0 }, stages)
  let mirror: Awaited<ReturnType<typeof startMirror>>
  let pair: Pair
  beforeAll(async () => {
    mirror = await startMirror(catalog, hub.url)
    pair = { hub: hub.url, mirror: mirror.url }
  })
  afterAll(() => mirror.close())

  const repos = (kind: RepoKind) => [...hub.repos(kind)].map((repo) => ({ ...repo }) as Record<string, unknown>)
  const expectSameList = async (path: string) => {
    const walks = await walksOf(pair, path)
    expect(walks.mirror, path).toEqual(walks.hub)
    return walks.hub.flat().length
  }
  const expectSame = async (path: string, init?: RequestInit) => {
    const answers = await answersOf(pair, path, init)
    expect(answers.mirror, path).toEqual(answers.hub)
    return answers.hub
  }

  describe.each(REPO_KINDS)('lists of the kind %s', (kind) => {
    const list = `/api/${pluralOf[kind]}`

    it('are the same in each order, page by page', async () => {
      const sorts = ['trendingScore', 'likes', 'createdAt', 'lastModified', 'id']
      const ofKind = { model: ['downloads', 'num_parameters'], dataset: ['downloads', 'mainSize'], space: [] }[kind]
      for (const sort of [...sorts, ...ofKind]) await expectSameList(`${list}?sort=${sort}&limit=37`)
      await expectSameList(`${list}?sort=createdAt&direction=1&limit=37`)
      await expectSameList(`${list}?limit=50`)
    })

    it('have the same fields in each shape', async () => {
      for (const shape of ['full=true', 'full=true&cardData=true&config=true', 'full=True', 'linked=true', 'cardData=true']) {
        await expectSameList(`${list}?limit=100&${shape}`)
      }
      const all = EXPANDABLE[kind].map((name) => `expand=${name}`).join('&')
      await expectSameList(`${list}?limit=100&${all}`)
      for (const name of EXPANDABLE[kind]) await expectSameList(`${list}?expand[]=${name}`)
    })

    it('are the same for each form of filter', async () => {
      const tags = new Set(repos(kind).flatMap(({ tags }) => tags as string[]))
      const byPrefix = Map.groupBy(tags, (tag) => (tag.includes(':') ? tag.slice(0, tag.indexOf(':')) : ''))
      for (const group of byPrefix.values()) {
        for (const tag of group.slice(0, 8)) await expectSameList(`${list}?filter=${encodeURIComponent(tag)}&limit=37`)
      }
      for (const { tags } of repos(kind).slice(0, 5)) {
        const query = (tags as string[]).slice(0, 3).map((tag) => `filter=${encodeURIComponent(tag)}`)
        expect(await expectSameList(`${list}?${query.join('&')}&sort=likes`)).toBeGreaterThan(0)
      }
      for (const { id, author } of repos(kind).slice(0, 10)) {
        await expectSameList(`${list}?author=${encodeURIComponent(String(author ?? 'nobody'))}`)
        await expectSameList(
          `${list}?search=${encodeURIComponent(String(id).slice(1, 5).toUpperCase())}&sort=downloads`.replace(
            kind === 'space' ? 'downloads' : 'likes',
            'likes',
          ),
        )
      }
      for (const query of ['gated=true', 'gated=false', 'gated=true&sort=createdAt&direction=1'])
        await expectSameList(`${list}?${query}`)
    })

    it('are the same with odd values', async () => {
      const long = 'x'.repeat(10_000)
      for (const search of ['.', '%25', '_', '.*', '\\', "'", '"', '(', '%00', long, '😀'])
        await expectSameList(`${list}?search=${search}`)
      for (const query of ['filter=', 'filter=none', 'author=', 'search=', 'limit=5000', 'skip=3&limit=4', 'unknown=1']) {
        await expectSameList(`${list}?${query}`)
      }
      for (const query of ['limit=0', 'limit=x', 'expand=none', 'cursor=x', `cursor=${btoa('{"$or":[{}]}')}`]) {
        expect((await expectSame(`${list}?${query}`)).status).toBe(400)
      }
    })
  })

  it('lists models by what only they have', async () => {
    const [{ pipeline_tag: task = '', library_name: library = '' } = {}] = repos('model').filter((repo) => repo['library_name'])
    const queries = [
      ...[`pipeline_tag=${task}`, `library=${library}`, 'num_parameters=min:1B', 'num_parameters=min:0.1B,max:8B'],
      ...['inference=warm', 'inference_provider=all', 'inference_provider=hf-inference,other', 'apps=vllm', 'apps=ollama,tgi'],
      'apps=unknown',
    ]
    for (const query of queries) await expectSameList(`/api/models?${query}&limit=13`)
  })

  it('lists Spaces by the models and datasets that they use', async () => {
    for (const name of ['models', 'datasets']) {
      const used = repos('space').flatMap((space) => (space[name] as string[] | undefined) ?? [])[0] ?? ''
      expect(await expectSameList(`/api/spaces?${name}=${used}`)).toBeGreaterThan(0)
    }
  })

  it.each(REPO_KINDS)('has the same details of each %s', async (kind) => {
    for (const [index, { id, sha }] of repos(kind).slice(0, 40).entries()) {
      const path = `/api/${pluralOf[kind]}/${id}`
      await expectSame(path)
      // The sample Hub makes the files, which takes long.
      if (index >= 6) continue
      await expectSame(`${path}?blobs=true&securityStatus=true`)
      await expectSame(`${path}/revision/${sha}?blobs=true`)
    }
    const [{ id, sha } = {}] = repos(kind)
    const path = `/api/${pluralOf[kind]}/${id}`
    for (const name of EXPANDABLE[kind]) await expectSame(`${path}?expand=${name}`)
    for (const revision of ['main', 'HEAD', 'refs%2Fheads%2Fmain', String(sha).slice(0, 7)])
      await expectSame(`${path}/revision/${revision}`)
  })

  it.each(REPO_KINDS)('has the same files of each %s', async (kind) => {
    for (const { id } of repos(kind).slice(0, 8)) {
      const path = `/api/${pluralOf[kind]}/${id}`
      const { body } = await expectSame(`${path}/tree/main?recursive=true`)
      const folder = (body as { type: string; path: string }[]).find(({ type }) => type === 'directory')
      await expectSame(`${path}/tree/main`)
      if (folder !== undefined) await expectSame(`${path}/tree/main/${folder.path}`)
      await expectSame(`${path}/treesize/main/`)
      await expectSame(`${path}/auth-check`)
      const paths = JSON.stringify({ paths: ['README.md', 'config.json', 'none', folder?.path ?? ''] })
      await expectSame(`${path}/paths-info/main`, {
        method: 'POST',
        body: paths,
        headers: { 'content-type': 'application/json' },
      })
    }
  })

  it('has the same Parquet files', async () => {
    for (const { id } of repos('dataset').slice(0, 12)) {
      const { body } = (await answersOf(pair, `/api/datasets/${id}/parquet`)).hub
      // The catalog does not tell an empty list from none.
      if (Object.keys(body as object).length === 0) continue
      await expectSame(`/api/datasets/${id}/parquet`)
      if ('error' in (body as object)) continue
      for (const [config, splits] of Object.entries(body as Record<string, Record<string, string[]>>)) {
        await expectSame(`/api/datasets/${id}/parquet/${config}`)
        for (const split of Object.keys(splits)) {
          await expectSame(`/api/datasets/${id}/parquet/${config}/${split}`)
          await expectSame(`/api/datasets/${id}/parquet/${config}/${split}/9999.parquet`)
          const shard = `/api/datasets/${id}/parquet/${config}/${split}/0.parquet`
          // The catalog does not know where the Hub has the file.
          expect((await answersOf(pair, shard)).mirror).toMatchObject({ status: 302, location: hub.url + encodeURI(shard) })
        }
      }
    }
  })

  it('has the same tags by type', async () => {
    for (const plural of ['models', 'datasets']) {
      const { hub, mirror } = await answersOf(pair, `/api/${plural}-tags-by-type`)
      const sorted = ({ body }: typeof hub) =>
        Object.fromEntries(
          Object.entries(body as Record<string, { id: string }[]>).map(([type, tags]) => [
            type,
            tags.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          ]),
        )
      expect(sorted(mirror)).toEqual(sorted(hub))
    }
    await expectSame('/api/models-tags-by-type?type=none')
  })

  it('answers forged cursors with an error or a page, never with a failure', async () => {
    const cursors = [
      ...[null, true, [], {}, 1.5, -1, 1e300, 2 ** 70, 'x', '0001-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', '\0'],
    ].flatMap((value) => ['0'.repeat(24), 'f'.repeat(24), '', "'; drop table", '\0'].map((hubId) => ({ value, hubId })))
    for (const sort of ['likes', 'trendingScore', 'createdAt', 'lastModified', 'num_parameters', 'id']) {
      for (const { value, hubId } of cursors) {
        const cursor = btoa(JSON.stringify({ $or: [{ [sort]: value, _id: { $gt: hubId } }] }))
        const { status } = await fetch(`${mirror.url}/api/models?sort=${sort}&limit=2&cursor=${encodeURIComponent(cursor)}`)
        expect([200, 400], `${sort} ${JSON.stringify({ value, hubId })}`).toContain(status)
      }
    }
  })

  it('refuses sort keys of which the catalog has no values, like unknown ones', async () => {
    for (const sort of ['likes30d', 'mainSize', 'trending']) {
      const { mirror: answer } = await answersOf(pair, `/api/models?sort=${sort}`)
      expect(answer).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^"sort" must be one of \[trendingScore, /) },
      })
    }
  })

  it('redirects from other letter case and from slashes that are escaped', async () => {
    const { id } = repos('model').find(({ id }) => String(id).includes('/')) ?? {}
    for (const path of [`/api/models/${String(id).toUpperCase()}?expand=likes`, `/api/datasets/${id}`, '/api/models/a/b/c'])
      await expectSame(path)
    await expectSame(`/api/models/${encodeURIComponent(String(id))}?expand=likes`)
    await expectSame(`/api/models/${String(id).toUpperCase()}/tree/main`)
  })

  it('has the same errors', async () => {
    const { id } = repos('model').find(({ gated, id }) => gated === false && String(id).includes('/')) ?? {}
    const gated = repos('model').find((repo) => repo['gated'] === 'manual' || repo['gated'] === 'auto')
    const paths = [
      ...['/api/models/nobody/nothing', '/api/datasets/nothing', '/api/spaces/a/b/tree/main', '/api/models/%00/x'],
      ...[
        `/api/models/${id}/tree/main/none`,
        `/api/models/${id}/nothing`,
        `/api/models/${id}?expand=none`,
        `/api/models/${id}/parquet`,
      ],
      ...[`/api/models/${gated?.['id']}/auth-check`, `/api/models/${id}/auth-check/write`],
    ]
    for (const path of paths) await expectSame(path)
    const { mirror: unknown } = await answersOf(pair, `/api/models/${id}/revision/refs%2Fpr%2F1`)
    expect(unknown).toMatchObject({
      status: 404,
      errorCode: 'RevisionNotFound',
      body: { error: expect.stringContaining('latest commit') },
    })
  })

  it('says for commits, people and papers where to ask', async () => {
    const { id } = repos('model')[0] ?? {}
    const below = ['commits/main', 'discussions', 'likers', 'safetensors-metadata/x'].map(
      (route) => `/api/models/${id}/${route}`,
    )
    for (const path of [...below, '/api/users/x/overview', '/api/papers', '/api/trending', '/api/spaces/semantic-search?q=x']) {
      const { mirror: answer } = await answersOf(pair, path)
      expect(answer).toMatchObject({ status: 404, body: { error: expect.stringContaining(hub.url) } })
    }
  })

  it.each([
    ['POST', '/api/repos/create'],
    ['DELETE', '/api/repos/delete'],
    ['PUT', '/api/models/a/b/settings'],
    ['POST', '/api/datasets/a/b/commit/main'],
    ['POST', '/api/spaces/a/preupload/main'],
    ['POST', '/api/collections'],
    ['PATCH', '/api/collections/a/b-0'],
    ['POST', '/api/settings/webhooks'],
  ])('refuses %s %s and says where to write', async (method, path) => {
    for (const type of ['application/json', 'application/x-ndjson', 'text/odd']) {
      const answer = await fetch(mirror.url + path, { method, body: '{', headers: { 'content-type': type } })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toEqual({ error: expect.stringContaining(`HF_ENDPOINT=${hub.url}`) })
    }
  })

  it('has no accounts', async () => {
    for (const path of ['/api/whoami-v2', '/api/settings/webhooks']) {
      const answer = await fetch(mirror.url + path, { headers: { authorization: 'Bearer hf_acme' } })
      expect(answer.status).toBe(401)
      expect(await answer.json()).toEqual({ error: expect.stringContaining(hub.url) })
    }
  })

  it('redirects to files at the commit that it knows, with what clients need of them', async () => {
    const { id, sha } = repos('model').find(({ gated, id }) => gated === false && String(id).includes('/')) ?? {}
    const answer = await fetch(`${mirror.url}/${id}/resolve/main/README.md?download=true`, {
      redirect: 'manual',
      method: 'HEAD',
    })
    const ofHub = await fetch(`${hub.url}/${id}/resolve/main/README.md`, { method: 'HEAD' })
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(`${hub.url}/${id}/resolve/${sha}/README.md?download=true`)
    expect(answer.headers.get('x-repo-commit')).toBe(ofHub.headers.get('x-repo-commit'))
    expect(answer.headers.get('x-linked-etag')).toBe(ofHub.headers.get('etag'))
    expect(answer.headers.get('x-linked-size')).toBe(ofHub.headers.get('content-length'))
    expect((await fetch(`${mirror.url}/${id}/resolve/main/none`)).status).toBe(404)
    for (const path of [
      '/datasets/a/b/resolve/refs%2Fconvert%2Fparquet/x/0.parquet',
      '/spaces/a/b/raw/main/a%20b',
      '/nobody/nothing/resolve/main/x',
    ]) {
      const unknown = await fetch(mirror.url + path, { redirect: 'manual' })
      expect([unknown.status, unknown.headers.get('location')]).toEqual([307, hub.url + path])
    }
  })

  it('hides private repos, and those whose name leads elsewhere', async () => {
    const [first, second] = repos('model').filter(({ id }) => String(id).includes('/'))
    await catalog.rows(`update catalog.repos set private = true where id = '${first?.['id']}'`)
    await catalog.rows(`insert into catalog.unresolved_repos select hub_id from catalog.repos where id = '${second?.['id']}'`)
    for (const repo of [first, second]) {
      const details = await fetch(`${mirror.url}/api/models/${repo?.['id']}`)
      expect(details.status).toBe(401)
      for (const query of ['sort=likes', 'sort=createdAt', `search=${repo?.['id']}`]) {
        const list = (await (await fetch(`${mirror.url}/api/models?${query}`)).json()) as { id: string }[]
        expect(list.map(({ id }) => id)).not.toContain(repo?.['id'])
      }
    }
    await catalog.rows('update catalog.repos set private = false; delete from catalog.unresolved_repos')
  })

  it('has the same collections, but for what it does not know of their owners', async () => {
    const known = ({ owner, items, position: _, ...fields }: Fields): Fields => {
      const { name, fullname, type } = (owner ?? {}) as Fields
      return {
        ...fields,
        owner: { name, fullname, type },
        items: (items as Fields[]).map(({ owner: _, authorData: __, ...item }) => item),
      }
    }
    const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer).replaceAll(hub.url, '').replaceAll(mirror.url, ''))
    for (const query of [
      'sort=upvotes&limit=7',
      'sort=lastModified&limit=7',
      'q=a&sort=upvotes',
      'owner=nobody',
      'sort=upvotes&expand=false',
    ]) {
      const walks = await walksOf(pair, `/api/collections?${query}`)
      const [ofHub, ofMirror] = [walks.hub, walks.mirror].map((pages) => plain(pages.flat()) as Fields[])
      const isBrief = query.includes('expand=false')
      expect(isBrief ? ofMirror : ofMirror?.map(known), query).toEqual(isBrief ? ofHub : ofHub?.map(known))
    }
    const all = (await walksOf(pair, '/api/collections?sort=upvotes')).hub.flat() as {
      slug: string
      owner: Fields
      items: Fields[]
    }[]
    expect(all.length).toBeGreaterThan(0)
    for (const { slug, owner, items } of all) {
      const { hub: ofHub, mirror: ofMirror } = await answersOf(pair, `/api/collections/${slug}`)
      expect(known(ofMirror.body as Fields)).toEqual(known(ofHub.body as Fields))
      const [item] = items.filter(({ type }) => type === 'model')
      if (item === undefined) continue
      const query = `owner=${String(owner['name'])}&item=models/${String(item['id'])}&sort=upvotes`
      const found = await walksOf(pair, `/api/collections?${query}`)
      expect((found.mirror.flat() as Fields[]).map((one) => one['slug'])).toEqual(
        (found.hub.flat() as Fields[]).map((one) => one['slug']),
      )
    }
    await expectSame('/api/collections/nobody/none-000000000000000000000000')
    await expectSame('/api/collections?sort=none')
    expect(
      (
        await fetch(
          `${mirror.url}/api/collections?cursor=${btoa('{"hubId":"x","trendingScore":0,"lastUpdated":"x","upvotes":1}')}`,
        )
      ).status,
    ).toBe(400)
  })
})

type Fields = Record<string, unknown>
