import { randomUUID } from 'node:crypto'
import { describe, inject } from 'vitest'
import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import type { BullTarget } from '../../src/queue/bullmq/servers/bull-target.ts'
import { describeTasks } from './conformance.ts'
import { describeSharedTasks } from './shared-conformance.ts'

const redisUrl = inject('redisUrl')

describe.skipIf(redisUrl === undefined)('Redis', () => {
  const newTarget = (): BullTarget => ({
    engine: 'redis',
    redisUrl: redisUrl ?? '',
    prefix: `test-${randomUUID()}`,
  })

  describeTasks('redis', { open: (options) => createBullTasks(newTarget(), options) })
  describeSharedTasks('redis', newTarget)
})
