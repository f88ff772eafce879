import type { FastifyReply } from 'fastify'
import { HubRefusal, unknownPage } from '../../http/hub-refusal.ts'
import { encodePath } from '../../http/repo-path.ts'
import { type BelowRepo, contentsOf, splitUrl } from '../route-context.ts'
import { idOf } from './people.ts'

const DISCUSSIONS_PER_PAGE = 50
const STATUSES = ['all', 'open', 'closed']
const TYPES = ['all', 'discussion', 'pull_request']

/** Answers `/discussions` with the pull requests of a repo. Readable even where files are not. */
export function sendDiscussions(below: BelowRepo): FastifyReply {
  const { kind, repo, rest, request, reply } = below
  const contents = contentsOf(below)
  if (rest.length > 0) throw unknownPage()
  const { parameters } = splitUrl(request.url)
  const page = Number(parameters.get('p') ?? 0)
  if (!Number.isSafeInteger(page) || page < 0) throw new HubRefusal(400, '"p" must be a whole number of at least 0')
  const [status, type] = [choiceIn(parameters, 'status', STATUSES), choiceIn(parameters, 'type', TYPES)]
  const author = parameters.get('author')
  const requests = status === 'closed' || type === 'discussion' ? [] : contents.refs(kind, repo)
  const discussions = requests
    .flatMap(([ref]) => {
      const number = /^refs\/pr\/(\d+)$/.exec(ref)?.[1]
      const [commit] = number === undefined ? [] : contents.commits(kind, repo, ref)
      return commit === undefined ? [] : [{ number: Number(number), commit }]
    })
    .filter(({ commit }) => author === null || commit.author === author)
    .map(({ number, commit }) => ({
      num: number,
      title: commit.title,
      status: 'open',
      isPullRequest: true,
      pinned: false,
      numComments: 1,
      author: { _id: idOf(commit.author), name: commit.author, fullname: commit.author, type: 'user' },
      repo: { name: repo.id, type: kind },
      createdAt: new Date(commit.atMs).toISOString(),
    }))
    .sort((a, b) => b.num - a.num)
  const start = page * DISCUSSIONS_PER_PAGE
  const shown = discussions.slice(start, start + DISCUSSIONS_PER_PAGE)
  const closed = page === 0 ? { numClosedDiscussions: 0 } : {}
  return reply.send({ discussions: shown, count: discussions.length, start, ...closed })
}

function choiceIn(parameters: URLSearchParams, name: string, allowed: readonly string[]): string | undefined {
  const value = parameters.get(name)
  if (value === null || allowed.includes(value)) return value ?? undefined
  throw new HubRefusal(400, `"${name}" must be one of [${allowed.join(', ')}]`)
}

/** Answers `/croissant` with the description of a dataset and its Parquet files. */
export function sendCroissant({ repo, rest, files, baseUrl, reply }: BelowRepo): FastifyReply {
  if (rest.length > 0) throw unknownPage()
  const page = `${baseUrl}/datasets/${encodePath(repo.id)}`
  const splits = files.parquet(repo)
  if (splits === undefined) throw new HubRefusal(400, 'The dataset viewer has no Parquet files of this dataset.')
  const configs = Map.groupBy(splits, ({ config }) => config)
  return reply.send({
    '@context': { '@language': 'en', '@vocab': 'https://schema.org/', cr: 'http://mlcommons.org/croissant/' },
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    name: repo.id.split('/').at(-1),
    description: typeof repo['description'] === 'string' ? repo['description'].trim() : '',
    url: page,
    creator: { '@type': 'Organization', name: repo.id.split('/')[0], url: `${baseUrl}/${repo.id.split('/')[0]}` },
    distribution: [
      {
        '@type': 'cr:FileObject',
        '@id': 'repo',
        name: 'repo',
        contentUrl: `${page}/tree/refs%2Fconvert%2Fparquet`,
        encodingFormat: 'git+https',
      },
      ...[...configs.keys()].map((config) => ({
        '@type': 'cr:FileSet',
        '@id': `parquet-files-for-config-${config}`,
        containedIn: { '@id': 'repo' },
        encodingFormat: 'application/x-parquet',
        includes: `${config}/*/*.parquet`,
      })),
    ],
    recordSet: [...configs].map(([config, own]) => ({
      '@type': 'cr:RecordSet',
      '@id': config,
      name: config,
      description: `${repo.id} - '${config}' subset: ${own.map(({ split }) => split).join(', ')}`,
    })),
  })
}

/** Answers `/runtime` of a Space. */
export function sendRuntime({ repo, rest, reply }: BelowRepo): FastifyReply {
  if (rest.length > 0) throw unknownPage()
  return reply.send(repo['runtime'] ?? { stage: 'NO_APP_FILE', hardware: { current: null, requested: null } })
}
