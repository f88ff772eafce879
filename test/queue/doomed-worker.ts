import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import { LANE } from './recorder.ts'

/** A worker to be killed: it takes a task, reports that and never ends it. */
const tasks = await createBullTasks(JSON.parse(process.argv[2] ?? ''), { lockMs: 400, stalledCheckMs: 200 })
tasks.work(LANE, {
  concurrency: 1,
  run: () => {
    console.log('begun')
    return new Promise(() => undefined)
  },
  emit: () => undefined,
})
