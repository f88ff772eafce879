export const WATCHABLE = ['model', 'dataset', 'space', 'bucket', 'kernel', 'user', 'org'] as const
export const DOMAINS = ['repo', 'discussion'] as const

/** What owners of a webhook set. */
export interface WebhookFields {
  readonly url: string
  readonly watched: readonly { readonly type: (typeof WATCHABLE)[number]; readonly name: string }[]
  readonly domains: readonly (typeof DOMAINS)[number][]
  readonly secret: string | undefined
}

export interface StoredWebhook extends WebhookFields {
  readonly id: string
  /** The name of the account. */
  readonly owner: string
  readonly disabled: boolean | 'suspended-after-failure'
}

/** One delivery, which can be replayed. */
export interface Delivery {
  readonly id: string
  /** As in the Hub's JSON. */
  readonly at: string
  /** Undefined when no answer came. */
  readonly status: number | undefined
  readonly payload: Readonly<Record<string, unknown>>
}

/** The webhooks of a Hub. The routes have checked that they belong to the caller. */
export interface HubWebhooks {
  ofOwner(owner: string): readonly StoredWebhook[]
  create(owner: string, fields: WebhookFields): StoredWebhook
  update(id: string, fields: Partial<WebhookFields & Pick<StoredWebhook, 'disabled'>>): StoredWebhook
  delete(id: string): void
  /** The latest deliveries, oldest first. */
  deliveries(id: string): readonly Delivery[]
  /** Delivers the payload of an earlier delivery again. */
  replay(id: string, delivery: Delivery): void
}
