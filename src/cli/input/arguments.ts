import { InvalidArgumentError } from 'commander'
import type { PassKind } from '../../catalog/schema.ts'
import {
  CATALOG_KINDS,
  type CatalogKind,
  catalogKindOf,
  isRepoKind,
  pluralOf,
  REPO_KINDS,
  type RepoKind,
} from '../../hub/kinds.ts'
import { closestMatch } from '../../util/closest-match.ts'
import { formatNumber } from '../../util/format-number.ts'
import { UsageError } from '../command.ts'

/** A parser for arguments that are whole numbers, written in digits alone. */
export function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    const range =
      most === Number.MAX_SAFE_INTEGER
        ? `of at least ${formatNumber(least)}`
        : `from ${formatNumber(least)} to ${formatNumber(most)}`
    throw new InvalidArgumentError(`Expected a whole number ${range}.`)
  }
}

/** The kind of repo that `--kind` names, singular or plural, in any letter case. */
export function repoKind(text: string): RepoKind {
  const kind = namedKind(text)
  if (isRepoKind(kind)) return kind
  throw new UsageError(`Expected a kind of repo: ${REPO_KINDS.join(', ')}.`)
}

/** The kind that `--kind` names, singular or plural, in any letter case. */
export function namedKind(text: string): CatalogKind {
  const kind = catalogKindOf(text)
  if (kind !== undefined) return kind
  const meant = closestMatch(text, CATALOG_KINDS)
  throw new UsageError(
    `Unknown kind "${text.slice(0, 100)}".${meant === undefined ? '' : ` Did you mean ${meant}?`} Expected one of: ${CATALOG_KINDS.join(', ')}.`,
  )
}

/** Arguments of `hubdex crawl`. */
export const PASS_KIND_NAMES = [...Object.values(pluralOf), 'tags']

/** The kind of pass that an argument of `hubdex crawl` names, singular or plural, in any letter case. */
export function passKind(name: string): PassKind {
  const wanted = name.trim().toLowerCase()
  const kind = wanted === 'tags' ? 'tags' : catalogKindOf(wanted)
  if (kind !== undefined) return kind
  const meant = closestMatch(wanted, PASS_KIND_NAMES)
  throw new UsageError(
    `Unknown kind "${name.slice(0, 100)}".${meant === undefined ? '' : ` Did you mean ${meant}?`} Expected one of: ${PASS_KIND_NAMES.join(', ')}.`,
  )
}
