import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { HttpProblem } from './problem.ts'

/**
 * Cursors of lists. One holds a position, and a checksum over it and the list, so that a damaged cursor or one of another list
 * is noticed. They are no secrets: a cursor that somebody computes leads nowhere that parameters do not.
 * @param list everything that determines the list and its order
 */
export function cursorsOf<Position extends z.ZodType>(list: unknown, position: Position) {
  const checksum = (body: string) =>
    createHash('sha256')
      .update(JSON.stringify([list, body]))
      .digest('base64url')
      .slice(0, 12)
  return {
    write: (value: z.output<Position>): string => {
      const body = Buffer.from(JSON.stringify(value)).toString('base64url')
      return `${body}.${checksum(body)}`
    },
    /** @throws HttpProblem */
    read: (cursor: string): z.output<Position> => {
      const [body = '', sum, ...more] = cursor.split('.')
      const parsed = more.length === 0 && sum === checksum(body) ? position.safeParse(jsonIn(body)) : undefined
      if (parsed?.success === true) return parsed.data
      throw new HttpProblem(
        400,
        'invalid-cursor',
        'The cursor does not belong to this list. Expected `nextCursor` of a previous page, with the same other parameters. ' +
          'Without a cursor, the list starts from the beginning.',
      )
    },
  }
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
