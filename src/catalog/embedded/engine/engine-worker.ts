import { parentPort, workerData } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { sqlState } from '../../postgres/sql-state.ts'
import { MessageBuffer } from '../protocol/message-buffer.ts'
import { endsInFlush, int32, PROTOCOL_3_0, type TransactionStatus, TYPE, transactionStatus } from '../protocol/wire.ts'
import type { EngineData, EngineReport, EngineRequest, Shortage } from './engine-messages.ts'
import { isExhausted, type OpenedPglite, openPglite } from './pglite.ts'

/** Results leave in pieces of about this size while the query still runs. */
const OUTPUT_BYTES = 64 * 1024

/**
 * Single-user Postgres has no checkpointer: without this its write-ahead log grows for ever, whatever max_wal_size says,
 * and so does the time to recover after a crash.
 */
const CHECKPOINT_AFTER_BYTES = 64 * 1024 * 1024
const CHECKPOINT_ASKED_EVERY_MS = 2_000
const CHECKPOINT_DUE = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > ${CHECKPOINT_AFTER_BYTES} as due
  from pg_control_checkpoint()`

const data: EngineData = workerData
const port = parentPort
if (port === null) throw new Error('The embedded engine runs in a worker thread only.')

/** Ends this thread from wherever it is, the inside of the WebAssembly included: its memory cannot be trusted now. */
const die = (reason: string, shortage?: Shortage): never => {
  report({ failed: reason, shortage })
  process.exit(1)
}

function report(value: EngineReport): void {
  const bytes = 'output' in value ? value.output : 'ready' in value ? value.ready : undefined
  port?.postMessage(value, bytes?.buffer instanceof ArrayBuffer ? [bytes.buffer] : [])
}

/** Runs one unit, handing out whole messages as they come. Returns the last ones, with the last one's type and final byte. */
async function runUnit(pglite: PGlite, unit: Uint8Array, onOutput: (output: Uint8Array) => void) {
  const buffer = new MessageBuffer()
  let type = 0
  let finalByte = 0
  await pglite.execProtocolRawStream(unit, {
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
  let checkpointAskedAt = performance.now()

  const checkpointIfDue = async () => {
    if (performance.now() - checkpointAskedAt < CHECKPOINT_ASKED_EVERY_MS) return
    checkpointAskedAt = performance.now()
    try {
      const { rows } = await pglite.query<{ due: boolean }>(CHECKPOINT_DUE)
      if (rows[0]?.due) await pglite.exec('checkpoint')
    } catch (error) {
      // A client may have left the session in a role that may not do this; the next one to be asked will not.
      if (sqlState(error) !== '42501') throw error
    }
  }

  const run = async (unit: Uint8Array): Promise<void> => {
    const expectsReady = !endsInFlush(unit)
    const { output, type, finalByte } = await runUnit(pglite, unit, (first) => report({ output: first }))
    let status: TransactionStatus | undefined
    if (expectsReady) {
      status = type === TYPE.readyForQuery ? transactionStatus(finalByte) : undefined
      if (status === undefined) die('it ended the session')
    }
    report({ done: status, output, memoryBytes: memory.buffer.byteLength })
    if (status === 'I') await checkpointIfDue()
  }

  let turn = Promise.resolve()
  port?.on('message', (request: EngineRequest) => {
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
  const { output } = await runUnit(pglite, Buffer.concat([int32(body.length + 4), body]), (first) => all.append(first))
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
