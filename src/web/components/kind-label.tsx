import { AppWindow, Box, Database, Library } from 'lucide'
import type { CatalogKind } from '../../hub/kinds.ts'
import { KIND_NAMES } from '../text/kind-names.ts'
import { Icon } from './icon.tsx'

const ICONS = { model: Box, dataset: Database, space: AppWindow, collection: Library }

/** The kind of a repo as an icon in its color. */
export function KindIcon({ kind }: { kind: CatalogKind }) {
  const icon = ICONS[kind]
  return (
    <span class={`kind kind-${kind}`}>
      <Icon icon={icon} />
    </span>
  )
}

interface KindLabelProps {
  kind: CatalogKind
  /** Whether only screen readers get the name. @default false */
  isShort?: boolean
  /** @default false */
  isPlural?: boolean
}

/** The kind of a repo as an icon with its name. */
export function KindLabel({ kind, isShort = false, isPlural = false }: KindLabelProps) {
  const icon = ICONS[kind]
  const name = KIND_NAMES[kind][isPlural ? 'many' : 'one']
  return (
    <span class={`kind kind-${kind}`} title={isShort ? name : undefined}>
      <Icon icon={icon} />
      {isShort ? <span class="only-read">{name} </span> : name}
    </span>
  )
}
