import { Option } from 'commander'
import { REPO_KINDS } from '../../../hub/kinds.ts'

/** What `hubdex hub viewer` shows: routes of the dataset viewer. */
export const VIEWS = ['is-valid', 'splits', 'parquet', 'size', 'info', 'statistics'] as const

export const ID_HELP = 'owner/name, or the address of a repo'

export function kindOption(): Option {
  return new Option('--kind <kind>', `${REPO_KINDS.join(', ')} (default: model, or the kind in the address)`)
}

export function revisionOption(): Option {
  return new Option('--revision <revision>', 'a branch, tag, ref or commit').default('main')
}

/** Collects the values of an option that may be given several times. */
export function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** Splits values at commas, and collects those of an option that is given several times. */
export function severalOf(value: string, before: readonly string[] = []): string[] {
  const values = value.split(',').map((part) => part.trim())
  return [...before, ...values.filter((part) => part !== '')]
}
