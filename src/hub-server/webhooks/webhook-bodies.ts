import { z } from 'zod'
import { DOMAINS, WATCHABLE } from './hub-webhooks.ts'

/** Bodies of the requests that change webhooks. */

const members = z.object({
  url: z.url({ protocol: /^https?$/ }),
  watched: z.array(z.object({ type: z.enum(WATCHABLE), name: z.string().min(1) })).max(1000),
  domains: z.array(z.enum(DOMAINS)),
  secret: z.string().regex(/^[\x20-\x7F]*$/, 'must consist of printable ASCII characters'),
})
export const newWebhook = members.partial({ domains: true, secret: true }).refine(({ watched }) => watched.length > 0, {
  path: ['watched'],
  message: 'must name at least one repo, user or organization',
})
export const webhookChanges = members.partial()
