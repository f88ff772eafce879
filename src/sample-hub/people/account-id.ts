import { createHash } from 'node:crypto'

/** The `_id` of the account with this name. */
export function accountId(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24)
}
