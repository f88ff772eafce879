import { File, Folder } from 'lucide'
import { useState } from 'preact/hooks'
import { counted, formatBytes } from '../../../output/format.ts'
import type { filesRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import { Pending } from '../../components/pending.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { entriesOf, type FileEntry } from './file-entries.ts'
import { apiPath, type Repo } from './repo.ts'

const MAX_FILES = 1_000

/** The files of the main branch, folder by folder. */
export function RepoFiles({ repo }: { repo: Repo }) {
  const files = useResource<AnswerOf<typeof filesRoute>>(
    repo.files === null ? undefined : withQuery(`${apiPath(repo)}/files`, { limit: MAX_FILES }),
  )
  if (repo.files === null) return null
  const { count, bytes } = repo.files
  return (
    <section class="card files" aria-labelledby="files">
      <div class="card-head">
        <h2 id="files">Files</h2>
        <span class="soft small">
          {counted(count, 'file')}
          {bytes !== null && `, ${formatBytes(bytes)}`}
        </span>
      </div>
      {files.data === undefined ? <Pending resource={files} what="files" /> : <FileTable repo={repo} files={files.data} />}
    </section>
  )
}

function FileTable({ repo, files: { files, count } }: { repo: Repo; files: AnswerOf<typeof filesRoute> }) {
  const [folder, setFolder] = useState('')
  const entries = entriesOf(files, folder)
  if (files.length === 0) return <p class="soft">This repo has no files.</p>
  return (
    <div class="stack">
      {folder !== '' && (
        <p class="buttons">
          <button type="button" class="button is-small" onClick={() => setFolder(folder.replace(/[^/]*\/$/, ''))}>
            Up
          </button>
          <UserText isMono>{folder}</UserText>
        </p>
      )}
      <DataTable
        label="Files of the main branch"
        rows={entries}
        keyOf={({ name }) => name}
        columns={[
          {
            key: 'name',
            label: 'Name',
            value: ({ name }) => name,
            cell: (entry) => <FileName repo={repo} folder={folder} entry={entry} open={setFolder} />,
          },
          {
            key: 'size',
            label: 'Size',
            isNumber: true,
            value: ({ size }) => size,
            cell: ({ size }) => (size === null ? '–' : formatBytes(size)),
          },
        ]}
      />
      {count > files.length && <p class="soft small">These are the first {files.length} files in the order of the Hub.</p>}
    </div>
  )
}

function FileName({ repo, folder, entry, open }: { repo: Repo; folder: string; entry: FileEntry; open(folder: string): void }) {
  const path = `${folder}${entry.name}`
  if (entry.files !== undefined) {
    return (
      <button type="button" class="file-name text-button" onClick={() => open(`${path}/`)}>
        <Icon icon={Folder} size={15} />
        <UserText>{shortened(entry.name, 200)}</UserText>
        <span class="soft">{counted(entry.files, 'file')}</span>
      </button>
    )
  }
  const address = `${repo.hubUrl}/blob/main/${path.split('/').map(encodeURIComponent).join('/')}`
  return (
    <a class="file-name" href={address} rel="noopener noreferrer" target="_blank">
      <Icon icon={File} size={15} />
      <UserText>{shortened(entry.name, 200)}</UserText>
    </a>
  )
}
