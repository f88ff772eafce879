import { AppWindow, Box, Database, Library } from 'lucide'
import type { CatalogKind } from '../../hub/kinds.ts'
import { KIND_NAMES } from '../text/kind-names.ts'
import { Icon } from './icon.tsx'

const ICONS = { model: Box, dataset: Database, space: AppWindow, collection: Library }

export function KindIcon({ kind }: { kind: CatalogKind }) {
  const icon = ICONS[kind]
  return <Icon icon={icon} />
}

/** The kind of a repo as an icon with its name. */
export function KindLabel({ kind }: { kind: CatalogKind }) {
  return (
    <span class={`kind kind-${kind}`}>
      <KindIcon kind={kind} />
      {KIND_NAMES[kind].one}
    </span>
  )
}
