import { createLocalTasks } from '../../src/queue/local/local-tasks.ts'
import { describeTasks } from './conformance.ts'

describeTasks('local', { open: async (options) => createLocalTasks(options) })
