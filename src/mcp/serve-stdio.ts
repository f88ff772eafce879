import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { FastifyInstance } from 'fastify'
import { apiCaller } from './api-caller.ts'
import { createMcpServer } from './mcp-server.ts'

export interface StdioOptions {
  /** An app with the HTTP API. It need not listen. */
  app: FastifyInstance
  stdin: Readable
  stdout: Writable
  /** Ends the connection. */
  signal: AbortSignal
  onError(error: Error): void
}

/** Serves MCP to the process at the other end of the pipes, until it closes them or the signal is aborted. */
export async function serveOnStdio({ app, stdin, stdout, signal, onError }: StdioOptions): Promise<void> {
  const transport = new StdioServerTransport(stdin, stdout)
  const ended = new AbortController()
  const server = serveStdio(
    () => createMcpServer((canceled) => apiCaller(app, { signal: AbortSignal.any([ended.signal, canceled]) })),
    { transport, onerror: (error) => onError(inOneLine(error)), maxSubscriptions: 0 },
  )
  const end = () => ended.abort(new Error('The connection has ended.'))
  const { onclose } = transport
  transport.onclose = () => {
    onclose?.()
    end()
  }
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  if (!ended.signal.aborted) await once(ended.signal, 'abort')
  signal.removeEventListener('abort', end)
  await server.close()
}

/** The SDK reports a line that is no message with a hundred lines about each field that it lacks. */
function inOneLine(error: Error): Error {
  if (!/ZodError$/.test(error.name)) return error
  return new Error('Ignored a line on stdin that is JSON, but no message of JSON-RPC 2.0.', { cause: error })
}
