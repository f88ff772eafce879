import type { z } from 'zod'

/**
 * A route of the API. Validation, the OpenAPI document and docs/http-api.md are derived from it, and clients take their types
 * from it.
 */
export interface ApiRoute {
  method: 'GET' | 'POST'
  /** With parameters in braces. */
  path: string
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  answer: z.ZodType
  /** Whether the answer is also available as CSV. */
  isTable?: boolean
  /** Media types instead of JSON. */
  mediaTypes?: readonly string[]
  /** `sql` needs the operator's token on a server with public reading. @default 'read' */
  access?: 'read' | 'sql'
}

/** The answer of a route as a client reads it. */
export type AnswerOf<Route extends ApiRoute> = z.output<Route['answer']>
