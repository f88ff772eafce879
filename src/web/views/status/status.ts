import type { failuresRoute } from '../../../server/api/failures.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { statusRoute } from '../../../server/api/status.ts'

export type Status = AnswerOf<typeof statusRoute>

/** Failures of one task and cause. */
export type FailureGroup = AnswerOf<typeof failuresRoute>['failures'][number]
