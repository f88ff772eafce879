import { z } from 'zod'
import { CATALOG_KINDS } from '../../hub/kinds.ts'

/** ISO 8601 in UTC. Postgres has no year 0. */
export const instant = z.iso.datetime().refine((text) => !text.startsWith('0000'), 'Expected a year from 0001 on.')
export const day = z.iso.date()
export const repoKind = z.enum(CATALOG_KINDS)
export const count = z.int().min(0)

/** The longest text that a parameter takes. */
const MAX_TEXT = 10_000
/** Postgres stores no NUL. */
const WITHOUT_NUL = /^[^\0]*$/
const MAX_VALUES = 200

export const text = textUpTo(MAX_TEXT)

export function textUpTo(length: number) {
  return z.string().max(length).regex(WITHOUT_NUL, 'Expected no NUL.')
}

/** A parameter that may be repeated. */
export function repeated<Member extends z.ZodType>(member: Member, most = MAX_VALUES) {
  const list = z.array(member).max(most)
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), list).default([])
}

/** A whole number in a query. An empty text is not 0. Use `prefault`: JSON Schema loses the `default` of what is converted. */
export function wholeNumber(least: number, most: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(least).max(most),
  )
}

/** A number from 0 to 1 in a query. */
export const ratio = z.preprocess(
  (value) => (typeof value === 'string' && /^[01](\.\d{1,6})?$/.test(value) ? Number(value) : value),
  z.number().min(0).max(1),
)

export const yesOrNo = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())

/** The page of a list. */
export const page = {
  limit: wholeNumber(1, 1_000).prefault(20).meta({ description: 'Maximum number of rows.' }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: '`nextCursor` of the previous page, with the same other parameters.' }),
}

/** A table is also available as a file. */
export const format = z.enum(['json', 'csv', 'parquet']).optional().meta({ description: 'Overrides the header `Accept`.' })

export const nextCursor = z.string().nullable().meta({ description: 'Null on the last page.' })
