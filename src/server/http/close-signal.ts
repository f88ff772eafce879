import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance, FastifyReply } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server stops. */
    stopSignal?: AbortSignal
  }
}

/** Nobody waits for the answer any more. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

const callerSignal = new AsyncLocalStorage<AbortSignal>()

/** Runs a call of a route from within the process. Such a call has no connection, so the signal stands for its end. */
export function withCallerSignal<Result>(signal: AbortSignal, call: () => Result): Result {
  return callerSignal.run(signal, call)
}

/** A signal that is aborted when the client closes the connection, or the server stops. Call `done` after the answer. */
export function closeSignal(app: FastifyInstance, reply: FastifyReply): { signal: AbortSignal; done(): void } {
  const closed = new AbortController()
  const onClose = () => closed.abort(new RequestAborted('The client has closed the connection.'))
  reply.raw.once('close', onClose)
  const others = [app.stopSignal, callerSignal.getStore()].filter((signal) => signal !== undefined)
  const signal = others.length === 0 ? closed.signal : AbortSignal.any([closed.signal, ...others])
  return { signal, done: () => reply.raw.off('close', onClose) }
}
