import { instantOf } from '../../hub/instant.ts'
import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'

/** The sort value of a repo, whatever types its fields have. */
export function sortValueOf(repo: HubRepo, key: SortKey): SortValue {
  if (key === 'id') return repo.id
  if (key === 'num_parameters') return parametersOf(repo)
  if (key === 'datasetsServerInfo.numRows') return numberAt(repo['datasetsServerInfo'], 'numRows')
  const value = repo[key]
  if (key !== 'createdAt' && key !== 'lastModified') return typeof value === 'number' ? value : null
  return typeof value === 'string' ? (instantOf(value) ?? null) : null
}

/** The fields that `sortValueOf` reads. */
export function sortFieldsOf(key: SortKey): readonly string[] {
  if (key === 'num_parameters') return ['safetensors', 'gguf']
  return [key === 'datasetsServerInfo.numRows' ? 'datasetsServerInfo' : key]
}

/** The number of parameters by which the Hub sorts and filters. */
export function parametersOf(repo: HubRepo): number | null {
  return numberAt(repo['safetensors'], 'total') ?? numberAt(repo['gguf'], 'total')
}

/** Removes sizes and hashes of files unless they are wanted. */
export function asWanted(repo: HubRepo, fields: WantedFields): HubRepo {
  const siblings = repo['siblings']
  if (fields.blobs || !fields.names.has('siblings') || !Array.isArray(siblings)) return repo
  return { ...repo, siblings: siblings.map((file) => ({ rfilename: file?.rfilename })) }
}

function numberAt(value: unknown, key: string): number | null {
  if (typeof value !== 'object' || value === null) return null
  const member: unknown = Reflect.get(value, key)
  return typeof member === 'number' ? member : null
}
