import type { FastifyRequest } from 'fastify'
import type { Caller } from './rate-limit.ts'

/** The caller, with its token as sent, valid or not. Credentials in any other form count as an empty token. */
export function callerOf(request: FastifyRequest): Caller {
  const credentials = request.headers.authorization
  if (credentials === undefined) return { token: undefined, address: request.ip }
  return { token: /^Bearer (\S+)$/i.exec(credentials)?.[1] ?? '', address: request.ip }
}

export function looksLikeToken(token: string): boolean {
  return /^hf_\w+$/.test(token)
}
