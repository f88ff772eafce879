import type { CatalogKind, RepoKind } from '../../hub/kinds.ts'
import { InvalidAddress, type RepoAddress, readRepoAddress } from '../../hub/repos/repo-address.ts'
import { endpointsOf as endpointsOfCatalog } from '../../search/catalog-search.ts'
import type { OpenCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { namedKind } from './arguments.ts'

/** The address of a repo; undefined for a text that is not an address. @throws UsageError for an address of something else */
export function repoAddress(text: string, endpoints: readonly string[]): RepoAddress | undefined {
  try {
    return readRepoAddress(text, endpoints)
  } catch (error) {
    if (error instanceof InvalidAddress) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** The repo that an argument names by id or address, with the kind from the address or `--kind`. */
export function namedRepo(
  text: string,
  kindFlag: string | undefined,
  endpoints: readonly string[],
): { id: string; kind: CatalogKind | undefined } {
  const kind = kindFlag === undefined ? undefined : namedKind(kindFlag)
  if (text.trim() === '') throw new UsageError('Found an empty name; expected owner/name, a hub id or an address.')
  const address = repoAddress(text, endpoints)
  if (address === undefined) return { id: text.trim(), kind }
  if (kind !== undefined && kind !== address.kind) {
    throw new UsageError(`The address is of a ${address.kind}, but --kind says ${kind}. Leave out --kind.`)
  }
  return address
}

/** As `namedRepo`, for commands on the Hub that take no collection. */
export function onlyRepo({ id, kind }: ReturnType<typeof namedRepo>): { id: string; kind: RepoKind | undefined } {
  if (kind === 'collection') throw new UsageError(`Expected a repo, got the collection ${id.slice(0, 200)}.`)
  return { id, kind }
}

/** The configured endpoint, and the one that the catalog was crawled from. */
export async function endpointsOf({ settings }: CommandContext, { db }: OpenCatalog): Promise<string[]> {
  return await endpointsOfCatalog(db, settings.endpoint)
}
