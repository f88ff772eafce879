import { once } from 'node:events'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { counted } from '../../output/format.ts'
import { toJson } from '../../output/json.ts'
import type { Fault } from '../../sample-hub/faults/fault.ts'
import { readPeople } from '../../sample-hub/people/people.ts'
import { createSampleHub, type SampleHub } from '../../sample-hub/sample-hub.ts'
import { listenError } from '../../util/listen-error.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { commandOn } from '../invocation.ts'

interface SampleHubFlags {
  port: number
  host: string
  repos?: number
  seed?: number
  data?: string
  quota?: number
  resolversQuota?: number
  window: number
  latencyMs: number
  fault?: Fault[]
  fileHost?: boolean
  churn: number
  webhook?: string
  people?: string
  state?: string
}

/** `hubdex sample-hub`: runs a local Hub for trials and tests. */
export async function sampleHubAction(context: CommandContext, flags: SampleHubFlags): Promise<number> {
  const hub = await start(flags, context.settings.webhookSecret)
  let changes = 0
  hub.change.onChange(() => changes++)
  context.print(context.json ? toJson({ url: hub.url }) : `A sample Hub is ready at ${hub.url}`)
  const sizes = REPO_KINDS.map((kind) => counted(hub.store.size(kind), kind))
  const collections = counted(hub.collections.state.collections.length, 'collection')
  context.log(`It has ${[...sizes, collections].join(', ')}. Crawl it from another terminal:`)
  context.log(`  ${commandOn('./sample-catalog', context)(`crawl --endpoint ${hub.url}`)}`)
  context.log('Ctrl-C stops it.')
  if (!context.signal.aborted) await once(context.signal, 'abort')
  await hub.close()
  context.log(`${counted(hub.requests.total, 'request')} answered, ${hub.requests.throttled} of them throttled.`)
  if (changes > 0) context.log(`${counted(changes, 'change')} made.`)
  if (hub.webhook !== undefined) {
    const { delivered, failed } = hub.webhook.counts
    context.log(`${counted(delivered, 'webhook')} delivered, ${failed} failed.`)
  }
  return 0
}

async function start(flags: SampleHubFlags, secret: string | undefined): Promise<SampleHub> {
  if (flags.data !== undefined && (flags.repos !== undefined || flags.seed !== undefined)) {
    throw new UsageError('Expected either --data or --repos and --seed: a sample Hub has one source.')
  }
  const { fault = [], window, webhook, people, ...options } = flags
  if (webhook !== undefined && !/^https?:/.test(URL.parse(webhook)?.protocol ?? '')) {
    throw new UsageError('Expected an http or https URL for --webhook, such as http://127.0.0.1:8000/webhooks/hub.')
  }
  try {
    return await createSampleHub({
      ...options,
      windowSecs: window,
      faults: fault,
      ...(people === undefined ? {} : { people: await readPeople(people) }),
      ...(webhook === undefined ? {} : { webhook: { url: webhook, secret } }),
    })
  } catch (error) {
    throw listenError(error, options.host, options.port, { host: '--host', port: '--port' })
  }
}
