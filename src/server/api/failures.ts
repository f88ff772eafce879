import { z } from 'zod'
import { FAILURE_CAUSES } from '../../catalog/stages/failure-cause.ts'
import type { ApiRoute } from './route.ts'
import { count, format, instant, textUpTo } from './values.ts'

const cause = z.enum(FAILURE_CAUSES)

const failureGroup = z.object({
  task: z.string(),
  cause,
  failures: count,
  attempts: count.meta({ description: 'The highest number of attempts among them.' }),
  status: z.int().nullable().meta({ description: 'HTTP status of the newest.' }),
  example: z.string().nullable().meta({ description: 'Name of the repo of the newest, if it is in the catalog.' }),
  answer: z.string().nullable().meta({ description: 'The last error of the newest.' }),
  firstFailedAt: instant,
  failedAt: instant,
  retryAt: instant.meta({ description: 'The earliest retry.' }),
})

export const failuresRoute = {
  method: 'GET',
  path: '/api/v1/failures',
  summary: 'Tasks that are out of retries, by task and cause, as `hubdex failures --json` prints them.',
  query: z.strictObject({ format }),
  answer: z.object({ failures: z.array(failureGroup) }),
  isTable: true,
} as const satisfies ApiRoute

export const retryFailuresRoute = {
  method: 'POST',
  path: '/api/v1/failures/retry',
  summary: 'Make failed tasks due now, as `hubdex failures retry` does.',
  body: z.strictObject({
    cause: cause.optional().meta({ description: 'Only failures of this cause.' }),
    task: textUpTo(100).optional().meta({ description: 'Only failures of this task, such as details or card.' }),
  }),
  answer: z.object({ retried: count.meta({ description: 'Number of tasks that are due now.' }) }),
  access: 'operate',
} as const satisfies ApiRoute
