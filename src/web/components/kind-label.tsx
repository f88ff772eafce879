import { AppWindow, Box, Database, Library } from 'lucide'
import type { CatalogKind } from '../../hub/kinds.ts'
import { KIND_NAMES } from '../text/kind-names.ts'
import { Icon } from './icon.tsx'

const ICONS = { model: Box, dataset: Database, space: AppWindow, collection: Library }

export function KindIcon({ kind }: { kind: CatalogKind }) {
  const icon = ICONS[kind]
  return <Icon icon={icon} />
}

/** The kind of a repo as an icon with its name, which only screen readers get where there is no room. */
export function KindLabel({ kind, isShort = false }: { kind: CatalogKind; isShort?: boolean }) {
  const name = KIND_NAMES[kind].one
  return (
    <span class={`kind kind-${kind}`} title={isShort ? name : undefined}>
      <KindIcon kind={kind} />
      {isShort ? <span class="only-read">{name}</span> : name}
    </span>
  )
}
