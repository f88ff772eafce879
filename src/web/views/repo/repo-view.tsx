import { catalogKindOf } from '../../../hub/kinds.ts'
import { useResource } from '../../api/use-resource.ts'
import { ErrorMessage, Loading, Message } from '../../components/message.tsx'
import { useWindowTitle } from '../../components/view-head.tsx'
import { Link } from '../../navigation/link.tsx'
import { pageLocation } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import { UserText } from '../../text/user-text.tsx'
import '../../styles/repo.css'
import { CollectionItems, InCollections } from './collections.tsx'
import { DatasetColumns } from './dataset-columns.tsx'
import { RepoLineage } from './lineage/repo-lineage.tsx'
import { Popularity } from './popularity.tsx'
import { RawPayload } from './raw-payload.tsx'
import { Readme } from './readme.tsx'
import { apiPath, type Repo } from './repo.ts'
import { RepoEvents } from './repo-events.tsx'
import { RepoFigures } from './repo-figures.tsx'
import { RepoFiles } from './repo-files.tsx'
import { RepoHead } from './repo-head.tsx'
import { RepoNotes } from './repo-notes.tsx'
import { SimilarRepos } from './similar-repos.tsx'
import { SpaceLinks } from './space-links.tsx'

/** One repo: what a person asks before using it, in that order. */
export function RepoView() {
  const [plural = '', ...name] = pageLocation.value.segments
  const kind = catalogKindOf(plural)
  const id = name.join('/')
  useWindowTitle(id)
  if (kind === undefined || id === '') return <Message title="There is no such page" isWholeView />
  return <LoadedRepo key={`${kind}/${id}`} kind={kind} id={id} />
}

function LoadedRepo({ kind, id }: Pick<Repo, 'kind' | 'id'>) {
  const repo = useResource<Repo>(apiPath({ kind, id }))
  if (repo.error?.code === 'missing') return <UnknownRepo id={id} />
  if (repo.error !== undefined && repo.data === undefined) return <ErrorMessage error={repo.error} retry={repo.reload} />
  if (repo.data === undefined) return <Loading what={id} rows={5} />
  return <RepoPage repo={repo.data} />
}

function RepoPage({ repo }: { repo: Repo }) {
  return (
    <article class="stack repo">
      <RepoHead repo={repo} />
      <RepoNotes repo={repo} />
      <RepoFigures repo={repo} />
      {repo.kind === 'space' && <SpaceLinks repo={repo} />}
      <CollectionItems repo={repo} />
      <div class="repo-pair">
        <Popularity repo={repo} />
        <RepoEvents repo={repo} />
      </div>
      {repo.kind !== 'collection' && (
        <>
          <RepoLineage repo={repo} />
          <Readme repo={repo} />
          {repo.kind === 'dataset' && <DatasetColumns repo={repo} />}
          <RepoFiles repo={repo} />
          <InCollections repo={repo} />
          <SimilarRepos repo={repo} />
        </>
      )}
      <RawPayload repo={repo} />
    </article>
  )
}

function UnknownRepo({ id }: { id: string }) {
  return (
    <Message title="This repo is not in the catalog" isWholeView>
      <p>
        No repo is or was called <UserText isMono>{id}</UserText>. It may be private, new, or misspelled.
      </p>
      <div class="buttons">
        <Link to={withQuery('/search', { q: id })} class="button">
          Search for it
        </Link>
      </div>
    </Message>
  )
}
