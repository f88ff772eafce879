import { listDatasets, listModels, listSpaces } from '@huggingface/hub'
import pg from 'pg'
import { reportStep, stepParameters } from '../support/child.ts'

// The same work in the plainest way: the Hub's own JavaScript client, and one insert per repo.
const { hubUrl, databaseUrl } = stepParameters<{ hubUrl: string; databaseUrl: string }>()
const client = new pg.Client({ connectionString: databaseUrl })
await client.connect()
await client.query(`create table plain_repos (
  hub_id text primary key, kind text, id text, likes bigint, downloads bigint, modified timestamptz, payload jsonb)`)
const startedMs = performance.now()
let repos = 0
let lost = 0
const insert = async (kind: string, repo: { id: string; name: string; likes: number; updatedAt: Date }) => {
  const downloads = 'downloads' in repo ? repo.downloads : null
  const values = [repo.id, kind, repo.name, repo.likes, downloads, repo.updatedAt, JSON.stringify(repo)]
  try {
    await client.query('insert into plain_repos values ($1, $2, $3, $4, $5, $6, $7)', values)
    repos++
  } catch {
    // Postgres cannot store some texts, so this program loses the repo.
    lost++
  }
}
const models = ['author', 'cardData', 'config', 'createdAt', 'library_name', 'model-index', 'safetensors', 'sha', 'tags']
for await (const repo of listModels({ hubUrl, additionalFields: models as 'author'[] })) await insert('model', repo)
const datasets = ['author', 'cardData', 'citation', 'createdAt', 'description', 'sha', 'tags']
for await (const repo of listDatasets({ hubUrl, additionalFields: datasets as 'author'[] })) await insert('dataset', repo)
const spaces = ['author', 'cardData', 'createdAt', 'datasets', 'models', 'runtime', 'sha', 'tags']
for await (const repo of listSpaces({ hubUrl, additionalFields: spaces as 'author'[] })) await insert('space', repo)
reportStep(startedMs, { repos, lost })
await client.end()
