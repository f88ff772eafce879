import { TriangleAlert } from 'lucide'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Icon } from '../../../components/icon.tsx'
import { KindIcon } from '../../../components/kind-label.tsx'
import { Link } from '../../../navigation/link.tsx'
import { repoPath } from '../../../navigation/paths.ts'
import { compactNumber } from '../../../text/numbers.ts'
import { shortened, UserText } from '../../../text/user-text.tsx'
import { edgePath, type Lineage, layOutLineage, NODE, type PlacedNode } from './lineage-layout.ts'

/** The picture of a lineage. For screen readers it is a list in which each repo says what it derives from. */
export function LineagePicture({ lineage }: { lineage: Lineage }) {
  const picture = useMemo(() => layOutLineage(lineage), [lineage])
  const byKey = new Map(picture.nodes.map((placed) => [placed.node.key, placed]))
  const scroller = useRef<HTMLDivElement>(null)
  const root = byKey.get(lineage.root)
  useEffect(() => {
    const element = scroller.current
    if (element === null || root === undefined) return
    element.scrollLeft = root.x - (element.clientWidth - NODE.width) / 2
    element.scrollTop = root.y - (element.clientHeight - NODE.height) / 2
  }, [root])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section would need a heading
    <div class="lineage" ref={scroller} role="region" aria-label="Picture of the lineage" tabIndex={0}>
      <div class="lineage-plane" style={{ width: `${picture.width}px`, height: `${picture.height}px` }}>
        <svg width={picture.width} height={picture.height} aria-hidden="true">
          {picture.nodes.flatMap((child) =>
            child.parents.map((edge) => {
              const parent = byKey.get(edge.parent)
              return (
                parent && (
                  <path
                    key={`${edge.parent} ${edge.child}`}
                    class={edge.isLicenseChanged ? 'edge is-changed' : 'edge'}
                    d={edgePath(parent, child)}
                  />
                )
              )
            }),
          )}
        </svg>
        <ul>
          {picture.nodes.map((placed) => (
            <li key={placed.node.key} class="lineage-place" style={{ left: `${placed.x}px`, top: `${placed.y}px` }}>
              <Node placed={placed} isRoot={placed.node.key === lineage.root} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function Node({ placed: { node, parents }, isRoot }: { placed: PlacedNode; isRoot: boolean }) {
  const isChanged = parents.some(({ isLicenseChanged }) => isLicenseChanged)
  const relation = parents.map((edge) => edge.relation).find((name) => name !== 'unknown')
  const slash = node.id.indexOf('/') + 1
  const content = (
    <>
      <span class="lineage-name one-line">
        <KindIcon kind={node.kind} />
        <UserText>
          <span class="only-read">{node.id.slice(0, slash)}</span>
          {node.id.slice(slash)}
        </UserText>
      </span>
      <span class="lineage-facts">
        <span class="one-line">
          {node.hubId === null ? (
            'not in the catalog'
          ) : (
            <>
              {isChanged && <Icon icon={TriangleAlert} size={12} label="changed license" />}
              <UserText>{node.license === null ? 'no license' : shortened(node.license, 24)}</UserText>
              {relation !== undefined && relation !== 'uses' && ` · ${relation}`}
            </>
          )}
        </span>
        {node.downloads !== null && <span class="number">{compactNumber(node.downloads)}</span>}
      </span>
      {parents.length > 0 && (
        <span class="only-read">
          {relation === 'uses' ? 'uses' : 'derives from'} {parents.map(({ parent }) => parent).join(', ')}
        </span>
      )}
    </>
  )
  const className = ['lineage-node', isRoot && 'is-root', isChanged && 'is-changed', node.hubId === null && 'is-missing']
    .filter(Boolean)
    .join(' ')
  if (node.hubId === null || isRoot) {
    return (
      <div class={className} title={node.id} aria-current={isRoot ? 'true' : undefined}>
        {content}
      </div>
    )
  }
  return (
    <Link to={repoPath(node)} class={className} title={node.id}>
      {content}
    </Link>
  )
}
