import { z } from 'zod'
import { LICENSE_AUDIT } from '../../analytics/queries/license-audit.ts'
import { writeValue } from '../../search/value-list.ts'
import { queryRoute } from '../../server/api/queries.ts'
import { count, page, textUpTo } from '../../server/api/values.ts'
import { defineTool, invalidInput, slices, withoutEmpty } from './tool.ts'

const MODELS = 100
const MAX_ID = 96

/** A row of the named query. */
const audited = z.object({
  asked: z.string(),
  verdict: z.enum(['declared', 'inherited', 'conflicting', 'missing', 'unknown']),
  id: z.string().optional().meta({ description: 'Current name.' }),
  license: z.string().optional(),
  base_license: z.string().optional().meta({ description: 'License of the base that decides.' }),
  why: z.string().optional().meta({ description: 'Path to that base.' }),
  ancestors: count.optional(),
  unknown_ancestors: count.optional(),
})

export const licenseAudit = defineTool({
  name: 'license_audit',
  title: 'Audit licenses',
  description:
    'Licenses of a list of models with all that they derive from. The verdict of each is `declared`, `inherited` (from a ' +
    'base), `conflicting` (with a base), `missing`, or `unknown` if the catalog does not have the model; `why` is the path ' +
    'to the base that decides. It reports what repos declare, and is no legal advice.',
  input: z.strictObject({
    ids: z
      .array(textUpTo(MAX_ID).min(1))
      .min(1)
      .max(MODELS)
      .meta({ description: 'Current or former names of models, in any letter case.' }),
    cursor: page.cursor,
  }),
  data: z.object({
    verdicts: z.record(z.string(), count).meta({ description: 'Number of models per verdict, of the whole list.' }),
    models: z.array(audited).meta({ description: 'In the order of the ids.' }),
  }),
  open: ({ ids, cursor }, call) =>
    slices(
      { key: ['license-audit', ids], cursor, limit: MODELS },
      async () => {
        const params = { name: LICENSE_AUDIT.name }
        const { columns, rows, truncatedBy } = await call(queryRoute, {
          params,
          query: { set: [`list=${ids.map(writeValue).join(',')}`] },
        })
        if (truncatedBy !== null) throw invalidInput(`Expected at most ${rows.length} ids, as HUBDEX_SQL_MAX_ROWS allows.`)
        const objects = rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])))
        return objects.map((row) => audited.parse(withoutEmpty(row)))
      },
      (models, all) => ({ verdicts: countsOf(all.map(({ verdict }) => verdict)), models }),
    ),
})

function countsOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
