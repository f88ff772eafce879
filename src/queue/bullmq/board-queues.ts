import { Queue } from 'bullmq'
import type { Lane } from '../tasks.ts'
import { laneName } from './lane-name.ts'
import { type BullTarget, connectBull } from './servers/bull-target.ts'

export interface BoardQueues {
  /** One per lane, for bull-board's BullMQ adapter. */
  readonly queues: readonly Queue[]
  close(): Promise<void>
}

/** The queues of these lanes, for a dashboard. @throws QueueUnavailable when the server cannot be used */
export async function createBoardQueues(target: BullTarget, lanes: readonly Lane[]): Promise<BoardQueues> {
  const { engine, forQueues, backend, close } = await connectBull(target)
  const queues = lanes.map((lane) => {
    const queue = new Queue(laneName(target.prefix, lane), { ...forQueues, skipMetasUpdate: true }, backend)
    // The failed call reports the error.
    queue.on('error', () => undefined)
    // BullMQ finds workers by connection names, but all lanes of a process share one connection and it would find none.
    if (engine === 'postgres') queue.getWorkers = () => Promise.reject(new Error('Workers are not known on Postgres.'))
    return queue as unknown as Queue
  })
  return {
    queues,
    close: async () => {
      await Promise.allSettled(queues.map((queue) => queue.close()))
      await close()
    },
  }
}
