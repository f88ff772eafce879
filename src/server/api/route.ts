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
  /** Whether the answer is also available as CSV and Parquet. */
  isTable?: boolean
  /** Media types instead of JSON. */
  mediaTypes?: readonly string[]
  /** `sql` and `operate` need the operator's token where the server asks for one. @default 'read' */
  access?: 'read' | 'sql' | 'operate'
}

/** The answer of a route as a client reads it. */
export type AnswerOf<Route extends ApiRoute> = z.output<Route['answer']>
