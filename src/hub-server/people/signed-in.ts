import type { FastifyRequest } from 'fastify'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { SignedIn } from './accounts.ts'

const people = new WeakMap<FastifyRequest, SignedIn>()

/** Remembers who sent a request. Invalid tokens are refused before any route runs. */
export function signIn(request: FastifyRequest, person: SignedIn): void {
  people.set(request, person)
}

/** Undefined for anonymous callers. */
export function signedInAs(request: FastifyRequest): SignedIn | undefined {
  return people.get(request)
}

/** @throws HubRefusal 401 for anonymous callers */
export function requireSignedIn(request: FastifyRequest): SignedIn {
  const person = signedInAs(request)
  if (person === undefined) throw new HubRefusal(401, 'Invalid username or password.')
  return person
}
