import { pluralOf } from '../../hub/kinds.ts'
import { accountId } from '../people/account-id.ts'
import type { HubChange } from './hub-change.ts'

const EVENTS = {
  create: { action: 'create', scope: 'repo' },
  commit: { action: 'update', scope: 'repo.content' },
  delete: { action: 'delete', scope: 'repo' },
  move: { action: 'move', scope: 'repo' },
  settings: { action: 'update', scope: 'repo.config' },
} as const

/** The Hub's webhook payload, version 3 (https://huggingface.co/docs/hub/webhooks). The Hub sends none for counters. */
export function webhookPayload(change: HubChange, hubUrl: string, webhookId = WEBHOOK_ID): Record<string, unknown> | undefined {
  if (change.type === 'counters') return undefined
  const { kind, id, hubId, sha, isPrivate } = change
  const path = `${kind === 'model' ? '' : `${pluralOf[kind]}/`}${id}`
  return {
    event: EVENTS[change.type],
    repo: {
      type: kind,
      name: change.type === 'move' ? change.from : id,
      id: hubId,
      private: isPrivate,
      url: { web: `${hubUrl}/${path}`, api: `${hubUrl}/api/${pluralOf[kind]}/${id}` },
      owner: { id: ownerId(change.type === 'move' ? change.from : id) },
      ...(sha === undefined ? {} : { headSha: sha }),
    },
    webhook: { id: webhookId, version: 3 },
    ...detailsOf(change),
  }
}

/** Of the webhook that `--webhook` sets up. */
const WEBHOOK_ID = '5f5f5f5f5f5f5f5f5f5f5f5f'

function detailsOf(change: HubChange): Record<string, unknown> {
  switch (change.type) {
    case 'create':
    case 'commit': {
      const oldSha = change.type === 'commit' ? (change.oldSha ?? null) : null
      return { updatedRefs: [{ ref: 'refs/heads/main', oldSha, newSha: change.sha ?? null }] }
    }
    case 'settings':
      return { updatedConfig: change.settings.private === undefined ? {} : { private: change.settings.private } }
    case 'move':
      return { movedTo: { name: change.id, owner: { id: ownerId(change.id) } } }
    default:
      return {}
  }
}

function ownerId(id: string): string {
  return accountId(id.split('/')[0] ?? '')
}
