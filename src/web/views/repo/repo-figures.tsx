import type { ComponentChildren } from 'preact'
import { formatBytes } from '../../../output/format.ts'
import { writeValue } from '../../../search/value-list.ts'
import { Link } from '../../navigation/link.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { compactNumber, numberText, sizeText } from '../../text/numbers.ts'
import { Age, Day } from '../../text/time.tsx'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { Repo } from './repo.ts'

/** License, size, formats and popularity: the figures by which people choose. */
export function RepoFigures({ repo }: { repo: Repo }) {
  return (
    <section class="card" aria-label="Key facts">
      <dl class="repo-figures">
        <Figure label="License" isText>
          {repo.license === undefined ? (
            <span class="badge is-warn">none declared</span>
          ) : (
            <Link to={withQuery('/search', { kind: repo.kind, filter: `license=${writeValue(repo.license)}` })}>
              <UserText>{shortened(repo.license, 60)}</UserText>
            </Link>
          )}
        </Figure>
        {sizesOf(repo).map(([label, value]) => (
          <Figure key={label} label={label}>
            {value}
          </Figure>
        ))}
        {(repo.kind === 'model' || repo.kind === 'dataset') && (
          <Figure label="Downloads in 30 days">
            <span title={numberText(repo.downloads)}>{repo.downloads === undefined ? '–' : compactNumber(repo.downloads)}</span>
          </Figure>
        )}
        {repo.downloadsAllTime !== undefined && (
          <Figure label="All-time downloads">
            <span title={numberText(repo.downloadsAllTime)}>{compactNumber(repo.downloadsAllTime)}</span>
          </Figure>
        )}
        <Figure label="Likes">{repo.likes === undefined ? '–' : compactNumber(repo.likes)}</Figure>
        <Figure label="Changed on the Hub">
          <Age at={repo.lastModified ?? null} />
        </Figure>
      </dl>
      <dl class="facts repo-facts">
        <Fact
          label="Task"
          values={repo.pipelineTag === undefined ? repo.taskCategories : [repo.pipelineTag]}
          field="task"
          repo={repo}
        />
        <Fact label="Library" values={repo.libraryName === undefined ? [] : [repo.libraryName]} field="library" repo={repo} />
        <Fact label="Formats" values={repo.formats} field="format" repo={repo} />
        <Fact label="Modalities" values={repo.modalities} field="modality" repo={repo} />
        <Fact label="Languages" values={repo.languages} field="language" repo={repo} />
        <Fact label="SDK" values={repo.sdk === undefined ? [] : [repo.sdk]} field="sdk" repo={repo} />
        {repo.formerNames.length > 0 && (
          <>
            <dt>Former names</dt>
            <dd>
              <UserText isMono>{repo.formerNames.join(', ')}</UserText>
            </dd>
          </>
        )}
        <dt>Created</dt>
        <dd>
          <Day at={repo.createdAt} /> <span class="soft small">in the catalog since</span> <Day at={repo.firstSeenAt} />
        </dd>
        {repo.sha !== undefined && (
          <>
            <dt>Commit</dt>
            <dd class="mono">{repo.sha.slice(0, 12)}</dd>
          </>
        )}
      </dl>
    </section>
  )
}

function Figure({ label, isText = false, children }: { label: string; isText?: boolean; children: ComponentChildren }) {
  return (
    <div>
      <dt class="figure-label">{label}</dt>
      <dd class={isText ? 'figure-value is-text' : 'figure-value'}>{children}</dd>
    </div>
  )
}

interface FactProps {
  label: string
  values: readonly string[] | undefined
  field: string
  repo: Repo
}

const MOST_VALUES = 24

function Fact({ label, values = [], field, repo }: FactProps) {
  if (values.length === 0) return null
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {values.slice(0, MOST_VALUES).map((value, index) => (
          <span key={value}>
            {index > 0 && ', '}
            <Link to={withQuery('/search', { kind: repo.kind, filter: `${field}=${writeValue(value)}` })}>
              <UserText>{shortened(value, 60)}</UserText>
            </Link>
          </span>
        ))}
        {values.length > MOST_VALUES && <span class="soft"> and {values.length - MOST_VALUES} more</span>}
      </dd>
    </>
  )
}

function sizesOf({ parameters, rowCount, parquet, sizeCategory, bytes: knownBytes, files }: Repo): [string, string][] {
  const rows = rowCount ?? parquet?.rows
  const bytes = knownBytes ?? files?.bytes
  const sizes: [string, string][] = []
  if (parameters !== undefined) sizes.push(['Parameters', compactNumber(parameters)])
  if (typeof rows === 'number') sizes.push(['Rows', compactNumber(rows)])
  else if (sizeCategory !== undefined) sizes.push(['Rows', sizeText(sizeCategory)])
  if (bytes) sizes.push(['Size', formatBytes(bytes)])
  return sizes
}
