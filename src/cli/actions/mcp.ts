import { serveOnStdio } from '../../mcp/serve-stdio.ts'
import { createLocalApi } from '../../server/local-api.ts'
import { apiPartsOf } from '../../service/open/api-parts.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { readFullStatus } from '../../service/status/full-status.ts'
import { hubdexVersion } from '../../util/version.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex mcp`: serves MCP on stdin and stdout. */
export async function mcpAction(context: CommandContext): Promise<number> {
  const { settings, log, signal } = context
  await using catalog = await openExistingCatalog(context)
  if (process.stdin.isTTY) log('An MCP client should start this command; `hubdex mcp --help` shows how. Ctrl-C ends it.')
  await using app = createLocalApi({
    ...apiPartsOf(settings, catalog),
    about: { version: hubdexVersion(), endpoint: settings.endpoint },
    status: () => readFullStatus(settings, catalog, { isScheduler: false }),
    emit: (event) => {
      if (event.type === 'request-failed') log(`${event.method} ${event.path} failed: ${event.reason}`, 'error')
    },
  })
  const { stdin, stdout } = process
  await serveOnStdio({ app, stdin, stdout, signal, onError: ({ message }) => log(`MCP: ${message}`, 'error') })
  return 0
}
