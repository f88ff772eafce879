import { Download, Link2, Play, Square } from 'lucide'
import { useState } from 'preact/hooks'
import { formatDuration } from '../../../output/format.ts'
import { asRequestError } from '../../api/request-error.ts'
import { requestFile } from '../../api/request-file.ts'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { addressOf, navigate } from '../../navigation/location.ts'
import type { SqlRequest } from './sql-request.ts'
import type { SqlRun } from './use-sql-run.ts'
import type { Views } from './views.ts'

interface SqlToolbarProps {
  /** Where the page shows the query. */
  path: string
  /** The query for the server, without a time limit. */
  request: SqlRequest
  /** Name of exported files, without extension. */
  fileName: string
  limits: Views['limits'] | undefined
  timeoutMs: number | undefined
  setTimeoutMs(timeoutMs: number | undefined): void
  run: SqlRun
  onRun(): void
  /** Called before the address changes to the query in the editor. */
  isOwnAddress(): void
}

const TIMEOUTS_MS = [1_000, 5_000, 30_000, 120_000]

/** Run or cancel, the time limit, and what one can take away. */
export function SqlToolbar({
  path,
  request,
  fileName,
  limits,
  timeoutMs,
  setTimeoutMs,
  run,
  onRun,
  isOwnAddress,
}: SqlToolbarProps) {
  const [note, setNote] = useState('')
  const link = async () => {
    isOwnAddress()
    navigate(path)
    try {
      await navigator.clipboard.writeText(new URL(addressOf(path), location.origin).href)
      setNote('The link is copied.')
    } catch {
      setNote('The address of this page is the link.')
    }
  }
  const save = async (extension: 'csv' | 'json' | 'parquet') => {
    try {
      const format = extension === 'json' ? 'rows' : extension
      await requestFile(request.path, { format, body: request.body, fileName: `${fileName}.${extension}` })
      setNote('')
    } catch (error) {
      setNote(asRequestError(error).message)
    }
  }
  return (
    <div class="result-bar">
      <div class="buttons">
        {run.state === 'running' ? (
          <button type="button" class="button" onClick={run.cancel}>
            <Icon icon={Square} size={15} />
            Cancel
          </button>
        ) : (
          <button type="button" class="button is-main" onClick={onRun} title="Ctrl+Enter">
            <Icon icon={Play} size={15} />
            Run
          </button>
        )}
        <label class="labeled">
          Time limit
          <select
            class="field"
            value={timeoutMs ?? ''}
            onChange={({ currentTarget: { value } }) => setTimeoutMs(value === '' ? undefined : Number(value))}
          >
            <option value="">{limits === undefined ? 'the server’s' : formatDuration(limits.timeoutMs / 1000)}</option>
            {TIMEOUTS_MS.filter((choice) => limits === undefined || choice < limits.timeoutMs).map((choice) => (
              <option key={choice} value={choice}>
                {formatDuration(choice / 1000)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <span class="soft small toolbar-note" role="status">
        {note}
      </span>
      <div class="buttons">
        <button type="button" class="button" onClick={link}>
          <Icon icon={Link2} />
          Link
        </button>
        <Menu
          label={
            <>
              <Icon icon={Download} />
              Export
            </>
          }
        >
          <button type="button" class="menu-item" onClick={() => save('csv')}>
            CSV
          </button>
          <button type="button" class="menu-item" onClick={() => save('json')}>
            JSON
          </button>
          <button type="button" class="menu-item" onClick={() => save('parquet')}>
            Parquet
          </button>
        </Menu>
      </div>
    </div>
  )
}
