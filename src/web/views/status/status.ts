import type { AnswerOf } from '../../../server/api/route.ts'
import type { statusRoute } from '../../../server/api/status.ts'

export type Status = AnswerOf<typeof statusRoute>
