import { once } from 'node:events'
import type { Command } from 'commander'
import type { FastifyInstance } from 'fastify'
import { readStatus } from '../catalog/status.ts'
import type { Settings } from '../config/settings.ts'
import { createServer } from '../server/server.ts'
import { type OpenCatalog, openCatalog } from './catalog.ts'
import { type CommandContext, defineCommand, type Run } from './command.ts'
import { type Operations, startOperations } from './operations.ts'
import { toJson } from './output/json.ts'
import { scheduleReport } from './schedule-report.ts'
import { weightsOf } from './stage-run.ts'
import { verdictOf } from './status-verdict.ts'
import { hubdexVersion } from './version.ts'

/** `hubdex up`: catalogue, schedule and server in one process. */
export function upCommand(run: Run): Command {
  return defineCommand({
    name: 'up',
    summary: 'Run everything in one process: catalogue, schedule and server',
    description:
      'Opens the catalogue, crawls the Hub by schedule and takes its webhooks, so that the catalogue stays fresh. The ' +
      'first crawl begins at once; what is written can be searched at once. Prints its address when it is ready, and ' +
      'runs until Ctrl-C. With --json, the first line on stdout is {"url":…}, and each line after it is an event.',
    settings: ['host', 'port', 'pageSize', 'includePrivate'],
    examples: [
      'hubdex up',
      'HF_TOKEN=hf_… HUBDEX_WEBHOOK_SECRET=… hubdex up --host 0.0.0.0 --port 8080',
      'HUBDEX_SCHEDULE_FULL="0 1 * * 0" HUBDEX_SCHEDULE_TIME_ZONE=Europe/Berlin hubdex up',
    ],
  }).action(run(upAction))
}

async function upAction(context: CommandContext): Promise<number> {
  await using catalog = await openCatalog(context)
  const operations = startOperations(context, catalog)
  try {
    await serve(context, catalog, operations)
  } finally {
    await operations.stop()
  }
  return 0
}

/** Until the signal aborts. Deliveries that have begun are answered before it ends. */
async function serve(context: CommandContext, catalog: OpenCatalog, operations: Operations): Promise<void> {
  const { settings, signal, log } = context
  const app = createServer({
    about: { version: hubdexVersion(), endpoint: settings.endpoint },
    health: {
      pingDatabase: async () => void (await catalog.connection.pool.query('select 1')),
      scheduleSilentMs: () => operations.scheduleSilentMs(),
    },
    status: () => statusOf(settings, catalog),
    webhook: {
      secret: settings.webhookSecret,
      refresh: async (requests) => {
        await operations.queue.add(requests)
        operations.wakeRefresh()
      },
      log,
    },
    log,
  })
  try {
    const url = await listen(app, settings)
    context.print(context.json ? toJson({ url }) : `hubdex is ready at ${url}`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await app.close()
  }
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new Error(
      `Port ${port} of ${host} is in use; expected a free one. Give another with --port (HUBDEX_PORT); 0 takes any.`,
      { cause: error },
    )
  }
}

/** As `hubdex status --json`, with the schedule beside it. */
async function statusOf(settings: Settings, catalog: OpenCatalog) {
  const status = await readStatus(catalog.db, { endpoint: settings.endpoint, weights: weightsOf(settings) })
  return {
    verdict: verdictOf(status),
    ...status,
    schedule: await scheduleReport(settings, catalog.db, new Date()),
  }
}
