import type { AnswerOf } from '../../../server/api/route.ts'
import type { viewsRoute } from '../../../server/api/sql.ts'

/** The views that SQL may read, and the limits of a query. */
export type Views = AnswerOf<typeof viewsRoute>
