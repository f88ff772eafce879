import { useState } from 'preact/hooks'
import { counted } from '../../../../output/format.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Notice } from '../../../components/notice.tsx'
import { Pending } from '../../../components/pending.tsx'
import { withQuery } from '../../../navigation/paths.ts'
import { apiPath, type Repo } from '../repo.ts'
import type { Lineage } from './lineage-layout.ts'
import { LineagePicture } from './lineage-picture.tsx'

/** Repos in the picture at first. */
const FEW = 12
const MANY = 150

/** What a repo derives from, and what derives from it or uses it. */
export function RepoLineage({ repo }: { repo: Repo }) {
  const [limit, setLimit] = useState(FEW)
  const lineage = useResource<Lineage>(withQuery(`${apiPath(repo)}/lineage`, { depth: repo.kind === 'dataset' ? 1 : 3, limit }))
  if (lineage.data !== undefined && lineage.data.nodes.length < 2) return null
  return (
    <section class="card" aria-labelledby="lineage">
      <div class="card-head">
        <h2 id="lineage">{repo.kind === 'dataset' ? 'Used by' : 'Lineage'}</h2>
        {lineage.data?.truncated === true && limit === FEW && (
          <button type="button" class="button is-small" onClick={() => setLimit(MANY)}>
            Show more
          </button>
        )}
      </div>
      {lineage.data === undefined ? (
        <Pending resource={lineage} what="lineage" />
      ) : (
        <div class="stack">
          <LicenseNotice lineage={lineage.data} />
          <LineagePicture lineage={lineage.data} />
          {lineage.data.truncated && (
            <p class="soft small">
              Only the nearest and most downloaded repos are shown{limit === FEW ? '' : `, at most ${MANY} in each direction`}.
            </p>
          )}
        </div>
      )}
    </section>
  )
}

function LicenseNotice({ lineage }: { lineage: Lineage }) {
  const changes = lineage.edges.filter(({ isLicenseChanged }) => isLicenseChanged).length
  if (changes === 0) return null
  return (
    <Notice tone="warn">
      {counted(changes, 'step')} in this picture changed the license; dashed lines mark {changes === 1 ? 'it' : 'them'}. Check
      that the license of the base allows it.
    </Notice>
  )
}
