import { parentPort, workerData } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { sqlState } from '../../postgres/sql-state.ts'
import { MessageBuffer } from '../protocol/message-buffer.ts'
import { endsInFlush, int32, PROTOCOL_3_0, type TransactionStatus, TYPE, transactionStatus } from '../protocol/wire.ts'
import { isExhausted, type OpenedPglite, openPglite } from './open-pglite.ts'
import type { Shortage, ThreadData, ThreadReport, ThreadRequest } from './thread-messages.ts'

/** Results are sent in pieces of about this size while the query runs. */
const OUTPUT_BYTES = 64 * 1024

/** Single-user Postgres has no checkpointer: without this its log, and the recovery after a crash, would grow forever. */
const CHECKPOINT_AFTER_BYTES = 64 * 1024 * 1024
const CHECKPOINT_CHECKED_EVERY_MS = 2_000
const CHECKPOINT_DUE = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > ${CHECKPOINT_AFTER_BYTES} as due
  from pg_control_checkpoint()`

const data: ThreadData = workerData
const port = parentPort
if (port === null) throw new Error('The embedded Postgres runs in a worker thread only.')

/** Ends this thread at once, even from within the WebAssembly: its memory can no longer be trusted. */
const die = (reason: string, shortage?: Shortage): never => {
  report({ failed: reason, shortage })
  process.exit(1)
}

function report(value: ThreadReport): void {
  const bytes = 'output' in value ? value.output : 'ready' in value ? value.ready : undefined
  port?.postMessage(value, bytes?.buffer instanceof ArrayBuffer ? [bytes.buffer] : [])
}

/** Runs a batch and emits whole messages as they come. Returns the remaining ones, with type and final byte of the last. */
async function runBatch(pglite: PGlite, batch: Uint8Array, onOutput: (output: Uint8Array) => void) {
  const buffer = new MessageBuffer()
  let type = 0
  let finalByte = 0
  await pglite.execProtocolRawStream(batch, {
    syncToFs: false,
    onRawData: (bytes) => {
      buffer.append(bytes)
      for (let next = buffer.next(); next !== undefined; next = buffer.next()) {
        type = next[0] ?? 0
        finalByte = next.at(-1) ?? 0
      }
      if (buffer.lengthBytes >= OUTPUT_BYTES && type !== TYPE.readyForQuery) onOutput(buffer.take())
    },
  })
  return { output: buffer.take(), type, finalByte }
}

async function serve({ pglite, memory }: OpenedPglite): Promise<void> {
  let checkpointCheckedAt = performance.now()

  const checkpointIfDue = async () => {
    if (performance.now() - checkpointCheckedAt < CHECKPOINT_CHECKED_EVERY_MS) return
    checkpointCheckedAt = performance.now()
    try {
      const { rows } = await pglite.query<{ due: boolean }>(CHECKPOINT_DUE)
      if (rows[0]?.due) await pglite.exec('checkpoint')
    } catch (error) {
      // A client may have left the session in a role without this right. The next check comes after another client.
      if (sqlState(error) !== '42501') throw error
    }
  }

  const run = async (batch: Uint8Array): Promise<void> => {
    const expectsReady = !endsInFlush(batch)
    const { output, type, finalByte } = await runBatch(pglite, batch, (first) => report({ output: first }))
    let status: TransactionStatus | undefined
    if (expectsReady) {
      status = type === TYPE.readyForQuery ? transactionStatus(finalByte) : undefined
      if (status === undefined) die('it ended the session')
    }
    report({ done: status, output, memoryBytes: memory.buffer.byteLength })
    if (status === 'I') await checkpointIfDue()
  }

  let turn = Promise.resolve()
  port?.on('message', (request: ThreadRequest) => {
    turn = turn
      .then(async () => {
        if ('run' in request) return await run(request.run)
        await pglite.close()
        port.close()
      })
      .catch((error: unknown) => die(String(error), isExhausted(memory) ? 'memory' : undefined))
  })
  report({ ready: await greeting(pglite) })
}

/** The ParameterStatus messages with which Postgres greets a client. */
async function greeting(pglite: PGlite): Promise<Uint8Array> {
  const body = Buffer.concat([int32(PROTOCOL_3_0), Buffer.from('user\0postgres\0database\0postgres\0\0')])
  const all = new MessageBuffer()
  const { output } = await runBatch(pglite, Buffer.concat([int32(body.length + 4), body]), (first) => all.append(first))
  all.append(output)
  const parameters: Uint8Array[] = []
  for (let next = all.next(); next !== undefined; next = all.next()) {
    if (next[0] === TYPE.parameterStatus) parameters.push(Buffer.from(next))
  }
  return new Uint8Array(Buffer.concat(parameters))
}

try {
  await serve(await openPglite({ directory: data.directory, onAbort: die }))
} catch (error) {
  report({ failed: error instanceof Error ? error.message : String(error) })
  port.close()
}
