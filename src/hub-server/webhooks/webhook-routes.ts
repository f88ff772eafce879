import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { HubRefusal } from '../http/hub-refusal.ts'
import { readBody } from '../http/read-body.ts'
import { checkToken } from '../people/permissions.ts'
import { requireSignedIn } from '../people/signed-in.ts'
import { DOMAINS, type HubWebhooks, type StoredWebhook, type WebhookFields } from './hub-webhooks.ts'
import { newWebhook, webhookChanges } from './webhook-bodies.ts'

const ROOT = '/api/settings/webhooks'

/** Adds the routes with which people manage their webhooks. Only webhooks with a URL are served, not those that start jobs. */
export function addWebhookRoutes(app: FastifyInstance, webhooks: HubWebhooks): void {
  app.get(ROOT, async (request) => webhooks.ofOwner(ownerOf(request, 'read')).map(wire))

  app.post(ROOT, async (request) => {
    const owner = ownerOf(request, 'write')
    checkIsNoJob(request)
    const { domains = DOMAINS, secret, ...fields } = readBody(request, newWebhook)
    return { webhook: wire(webhooks.create(owner, { ...fields, domains, secret })) }
  })

  app.get(`${ROOT}/:id`, async (request) => {
    const webhook = owned(request, 'read')
    // The Hub shows deliveries on its pages only; here they have to be found in the API.
    const deliveries = webhooks.deliveries(webhook.id).map(({ id, at, status }) => ({ id, at, status: status ?? null }))
    return { webhook: wire(webhook), deliveries }
  })

  app.post(`${ROOT}/:id`, async (request) => {
    const { id } = owned(request, 'write')
    checkIsNoJob(request)
    return { webhook: wire(webhooks.update(id, given(readBody(request, webhookChanges)))) }
  })

  app.post(`${ROOT}/:id/enable`, async (request) => {
    return { webhook: wire(webhooks.update(owned(request, 'write').id, { disabled: false })) }
  })

  app.post(`${ROOT}/:id/disable`, async (request) => {
    return { webhook: wire(webhooks.update(owned(request, 'write').id, { disabled: true })) }
  })

  app.delete(`${ROOT}/:id`, async (request, reply) => {
    webhooks.delete(owned(request, 'write').id)
    return sendOk(reply)
  })

  app.post(`${ROOT}/:id/replay/:logId`, async (request) => {
    const { id } = owned(request, 'write')
    const { logId } = request.params as { logId: string }
    const delivery = webhooks.deliveries(id).find((one) => one.id === logId)
    if (delivery === undefined) throw new HubRefusal(404, 'Webhook log not found')
    webhooks.replay(id, delivery)
    return { success: true }
  })

  function owned(request: FastifyRequest, access: 'read' | 'write'): StoredWebhook {
    const { id } = request.params as { id: string }
    const found = webhooks.ofOwner(ownerOf(request, access)).find((webhook) => webhook.id === id)
    if (found === undefined) throw new HubRefusal(404, 'Webhook not found')
    return found
  }
}

function ownerOf(request: FastifyRequest, access: 'read' | 'write'): string {
  const person = requireSignedIn(request)
  const { name } = person.account
  checkToken(person, `user.webhooks.${access}`, { owner: name })
  return name
}

function checkIsNoJob({ body }: FastifyRequest): void {
  const isOfJob = typeof body === 'object' && body !== null && ('job' in body || 'jobSourceId' in body)
  if (isOfJob) throw new HubRefusal(400, 'This Hub runs no jobs: expected "url" instead')
}

/** huggingface_hub sends no watched items when they are to stay. */
function given({ watched, ...fields }: z.infer<typeof webhookChanges>): Partial<WebhookFields> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), ...(watched === undefined || watched.length === 0 ? {} : { watched }) }
}

function wire({ id, url, watched, domains, secret, disabled }: StoredWebhook): Record<string, unknown> {
  return { id, url, job: null, watched, domains, ...(secret === undefined ? {} : { secret }), disabled }
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send('OK')
}
