import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendRefusal } from './answer.ts'
import { HubRefusal } from './hub-refusal.ts'

/** Answers an error of a caller in the Hub's form. Throws any other. */
export function sendHubError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HubRefusal) return sendRefusal(reply, error)
  if (isBadRequest(error)) return sendRefusal(reply, new HubRefusal(error.statusCode, error.message))
  throw error
}

/** Errors of Fastify itself, such as for a body that is not JSON. */
function isBadRequest(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')) return false
  return error.statusCode >= 400 && error.statusCode < 500
}
