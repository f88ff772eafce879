import { Queue } from 'bullmq'
import type { Lane } from '../tasks.ts'
import { laneName } from './lane-name.ts'
import { type BullTarget, connectBull } from './servers/bull-target.ts'

export interface BoardQueues {
  /** One for each lane, for bull-board's adapter of BullMQ. */
  readonly queues: readonly Queue[]
  close(): Promise<void>
}

/**
 * The queues of these lanes for a dashboard, on connections of their own.
 *
 * @throws QueueUnavailable when the server cannot be used
 */
export async function createBoardQueues(target: BullTarget, lanes: readonly Lane[]): Promise<BoardQueues> {
  const { engine, forQueues, backend, close } = await connectBull(target)
  const queues = lanes.map((lane) => {
    const queue = new Queue(laneName(target.prefix, lane), { ...forQueues, skipMetasUpdate: true }, backend)
    // Who looks is told by the answer.
    queue.on('error', () => undefined)
    // The lanes of a process share the connection whose name would tell; "nobody works" would be wrong.
    if (engine === 'postgres') queue.getWorkers = () => Promise.reject(new Error('On Postgres this is not known.'))
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
