import { Braces, Columns3, Download, FileText, Rss, SquareTerminal } from 'lucide'
import { useState } from 'preact/hooks'
import { formatNumber } from '../../../../util/format-number.ts'
import { CopyButton } from '../../../components/copy-button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Menu } from '../../../components/menu.tsx'
import { Link } from '../../../navigation/link.tsx'
import { addressOf } from '../../../navigation/location.ts'
import { withQuery } from '../../../navigation/paths.ts'
import { exportPath, feedPath, MAX_EXPORTED } from '../search-requests.ts'
import type { SearchState } from '../search-state.ts'
import { searchCommand } from './search-as-command.ts'
import { searchAsSql } from './search-as-sql.ts'

/** Takes the search elsewhere: as a file, a feed, a command or SQL. */
export function ExportMenu({ state, total }: { state: SearchState; total: number }) {
  const [isOpen, setIsOpen] = useState(false)
  const file = (format: 'csv' | 'json' | 'parquet') => ({
    href: addressOf(exportPath(state, format)),
    download: `repos.${format}`,
  })
  return (
    <>
      <Menu
        name="Export"
        label={
          <>
            <Icon icon={Download} size={17} />
            <span class="is-wide-only">Export</span>
          </>
        }
      >
        <a class="menu-item" {...file('csv')}>
          <Icon icon={FileText} /> CSV
        </a>
        <a class="menu-item" {...file('json')}>
          <Icon icon={Braces} /> JSON
        </a>
        <a class="menu-item" {...file('parquet')}>
          <Icon icon={Columns3} /> Parquet
        </a>
        <button type="button" class="menu-item" onClick={() => setIsOpen(true)}>
          <Icon icon={SquareTerminal} /> Command and SQL
        </button>
        <a class="menu-item" href={addressOf(feedPath(state, 'atom'))}>
          <Icon icon={Rss} /> Feed (Atom)
        </a>
        <a class="menu-item" href={addressOf(feedPath(state, 'json'))}>
          <Icon icon={Rss} /> Feed (JSON)
        </a>
        {total > MAX_EXPORTED && <p class="menu-note soft small">Files have the first {formatNumber(MAX_EXPORTED)} repos.</p>}
      </Menu>
      {isOpen && <QueryDialog state={state} close={() => setIsOpen(false)} />}
    </>
  )
}

function QueryDialog({ state, close }: { state: SearchState; close(): void }) {
  const command = searchCommand(state)
  const sql = searchAsSql(state)
  return (
    <Dialog title="This search elsewhere" onClose={close}>
      <div class="stack">
        <section class="copyable">
          <div class="card-head">
            <h3>On the command line</h3>
            <CopyButton text={command} />
          </div>
          <pre class="code-block">{command}</pre>
        </section>
        <section class="copyable">
          <div class="card-head">
            <h3>In SQL</h3>
            <div class="buttons">
              <CopyButton text={sql} />
              <Link to={withQuery('/sql', { query: sql })} class="button is-small">
                Open in the editor
              </Link>
            </div>
          </div>
          <pre class="code-block">{sql}</pre>
        </section>
      </div>
    </Dialog>
  )
}
