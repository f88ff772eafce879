import { z } from 'zod'

/** Codes of errors, with what they mean. */
export const PROBLEMS = {
  'invalid-request': 'A parameter, the body or the request itself is not valid. `errors` lists parameters.',
  'invalid-cursor': 'The cursor is damaged, too deep, or belongs to a list with other parameters.',
  'token-required': 'The token of the operator is missing or wrong: `Authorization: Bearer`, or Basic with any user name.',
  'too-many-wrong-tokens': 'Too many wrong tokens came from your network. The right one is still accepted.',
  'sql-needs-token': 'Reading is public here, but SQL needs the token, and the operator has set none.',
  'other-site': "A page of another site made the request. Its origin is not in the operator's list.",
  'not-found': 'Nothing is at this address.',
  'repo-unknown': 'The catalog has no repo of this name.',
  'method-not-allowed': 'The address does not take this method.',
  'too-large': 'The address, the headers or the body are too long.',
  'wrong-host': 'The request names a host that is not this server.',
  'rate-limited': 'Too many requests came from your network within a minute. `Retry-After` says how long to wait.',
  'too-many-streams': 'Too many event streams are open.',
  'query-refused': 'The SQL is not valid, or not allowed. `position` says where.',
  'query-timeout': 'The SQL ran longer than allowed, and was stopped.',
  'too-many-queries': 'Too much SQL waits already.',
  'search-unavailable': 'The search engine is unavailable.',
  'took-too-long': 'The answer took too long and was stopped. `Retry-After` says when to try again.',
  'catalog-unavailable': 'The database of the catalog is unavailable.',
  'replica-behind': 'The replica that answers has not reached the position that was asked for.',
  'internal-error': 'Something failed; the log of the server has the reason.',
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** Problem details (RFC 9457), sent as `application/problem+json`. */
export const problem = z.object({
  type: z.string().meta({ description: 'Address of the explanation of the code.' }),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string().meta({ description: 'What was found, what was expected, and what to do.' }),
  errors: z
    .array(z.object({ parameter: z.string(), detail: z.string() }))
    .optional()
    .meta({ description: 'For `invalid-request`: each invalid parameter.' }),
  sqlState: z.string().optional().meta({ description: 'For `query-refused`: the SQLSTATE.' }),
  position: z
    .object({ line: z.int(), column: z.int() })
    .optional()
    .meta({ description: 'For `query-refused`: where in the query, counted from 1.' }),
})

export type Problem = z.output<typeof problem>
