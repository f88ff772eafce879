import type { FastifyInstance } from 'fastify'
import { sendJson } from '../http/answer.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { HubRepo } from '../hub-store.ts'
import { isTrue, parseListQuery } from '../lists/list-query.ts'
import { privateOwners } from '../people/permissions.ts'
import { signedInAs } from '../people/signed-in.ts'
import { type RouteContext, splitUrl } from './route-context.ts'

const MAX_FOUND = 50
/** Fields of a Space that a result shows. */
const SHOWN = ['author', 'sdk', 'likes', 'private', 'tags', 'runtime', 'trendingScore']

const EXPANDED = [...SHOWN, 'cardData']

/** The Hub's smallest and a large machine. Prices are made up. */
const HARDWARE = [
  hardware('cpu-basic', 'CPU Basic', '2 vCPU', '16 GB', undefined, 0),
  hardware('cpu-upgrade', 'CPU Upgrade', '8 vCPU', '32 GB', undefined, 500),
  hardware('t4-small', 'Nvidia T4 - small', '4 vCPU', '15 GB', { model: 'T4', vram: '16 GB' }, 6_667),
  hardware('a10g-large', 'Nvidia A10G - large', '12 vCPU', '46 GB', { model: 'A10G', vram: '24 GB' }, 25_000),
]

const TEMPLATES = [
  { name: 'Gradio', repoId: 'SpacesExamples/gradio', sdk: 'gradio', preferredPrivate: false },
  { name: 'Docker', repoId: 'SpacesExamples/docker', sdk: 'docker', preferredPrivate: false },
  { name: 'Static', repoId: 'SpacesExamples/static', sdk: 'static', preferredPrivate: false },
]

/** Adds the routes of `/api/spaces` that would otherwise be taken for names of Spaces. */
export function addSpaceRoutes(app: FastifyInstance, { store, rules }: RouteContext): void {
  app.get('/api/spaces/hardware', async () => HARDWARE)
  app.get('/api/spaces/templates', async () => ({ templates: TEMPLATES }))

  /** Matches words of the name, since this Hub knows no meanings. */
  app.get('/api/spaces/semantic-search', async (request, reply) => {
    const { parameters } = splitUrl(request.url)
    const words = parameters.get('q')?.trim() ?? ''
    if (words === '') throw new HubRefusal(400, '"q" must be a string that is not empty')
    const asked = new URLSearchParams([
      ...words.split(/\s+/).map((word) => ['search', word]),
      ...parameters.getAll('filter').map((tag) => ['filter', tag]),
      ...EXPANDED.map((field) => ['expand', field]),
      ['limit', '1000'],
    ])
    const { query } = parseListQuery('space', asked, { ...rules, expandRefusedOnLists: [] }, privateOwners(signedInAs(request)))
    const { repos } = await store.list(query)
    const sdks = parameters.getAll('sdk')
    const isAny = isTrue(parameters.get('includeNonRunning'))
    const found = repos.filter(
      (repo) => (sdks.length === 0 || sdks.includes(String(repo['sdk']))) && (isAny || isRunning(repo)),
    )
    return sendJson(request, reply, JSON.stringify(found.slice(0, MAX_FOUND).map(result)))
  })
}

function result(repo: HubRepo): Record<string, unknown> {
  const card = repo['cardData']
  const { title, emoji } = (typeof card === 'object' && card !== null ? card : {}) as Record<string, unknown>
  return {
    id: repo.id,
    title: typeof title === 'string' ? title : (repo.id.split('/').at(-1) ?? repo.id),
    ...(typeof emoji === 'string' ? { emoji } : {}),
    ...Object.fromEntries(SHOWN.filter((name) => repo[name] !== undefined).map((name) => [name, repo[name]])),
    semanticRelevancyScore: 1,
  }
}

function isRunning(repo: HubRepo): boolean {
  const runtime = repo['runtime']
  return typeof runtime === 'object' && runtime !== null && 'stage' in runtime && runtime.stage === 'RUNNING'
}

function hardware(
  name: string,
  prettyName: string,
  cpu: string,
  ram: string,
  gpu: { model: string; vram: string } | undefined,
  microUsdPerMinute: number,
) {
  return {
    name,
    prettyName,
    cpu,
    ram,
    ephemeralStorage: '50 GB',
    accelerator: gpu === undefined ? null : { type: 'gpu', quantity: '1', manufacturer: 'Nvidia', ...gpu },
    unitCostMicroUSD: microUsdPerMinute,
    unitCostUSD: microUsdPerMinute / 1e6,
    unitLabel: 'minute',
  }
}
