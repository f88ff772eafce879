import { exportToFolder } from '../../src/analytics/export/folder/export-to-folder.ts'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// An export as by the command, without progress output.
const { target, folder } = stepParameters<{ target: CatalogTarget; folder: string }>()
if ('dataDirectory' in target) await import('../../src/service/lean-heap.ts')
const connection = await openConnection(target)
const startedMs = performance.now()
const { files } = await exportToFolder(connection.pool, folder, {
  format: 'parquet',
  tables: undefined,
  since: undefined,
  signal: new AbortController().signal,
  onRows: () => undefined,
})
const sum = (figure: 'rows' | 'bytes') => files.reduce((total, file) => total + file[figure], 0)
reportStep(startedMs, { rows: sum('rows'), bytes: sum('bytes') })
await connection.close()
