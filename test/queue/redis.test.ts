import { randomUUID } from 'node:crypto'
import { describe, inject } from 'vitest'
import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import { describeTasks } from './conformance.ts'

const redisUrl = inject('redisUrl')

describe.skipIf(redisUrl === undefined)('Redis', () => {
  describeTasks('redis', {
    open: (options) =>
      createBullTasks({ engine: 'redis', redisUrl: redisUrl ?? '', prefix: `test-${randomUUID()}` }, options),
  })
})
