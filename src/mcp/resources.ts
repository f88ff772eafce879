import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type Variables,
} from '@modelcontextprotocol/server'
import { CATALOG_KINDS } from '../hub/kinds.ts'
import { viewsRoute } from '../server/api/sql.ts'
import { suggestRoute } from '../server/api/suggest.ts'
import { answerTool } from './answer.ts'
import type { CallApi } from './api-caller.ts'
import { problemIn } from './problems.ts'
import { getRepo } from './tools/get-repo.ts'
import { listViews } from './tools/list-views.ts'
import type { Tool } from './tools/tool.ts'

const MIME_TYPE = 'application/json'

/** The repos, READMEs and views as resources, with the answers of the tools. */
export function registerResources(server: McpServer, callFor: (signal: AbortSignal) => CallApi): void {
  const read = async (
    uri: URL,
    tool: Tool,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<ReadResourceResult> => {
    try {
      const answer = await answerTool(tool, input, callFor(signal))
      return { contents: [{ uri: uri.href, mimeType: MIME_TYPE, text: JSON.stringify(answer) }] }
    } catch (error) {
      const { type: _, ...problem } = problemIn(error)
      if (problem.status === 404) throw new ResourceNotFoundError(uri.href, problem.detail)
      const code = problem.status < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
      throw new ProtocolError(code, problem.detail, problem)
    }
  }
  const suggestedIds = async (prefix: string, kind: string | undefined): Promise<string[]> => {
    const { suggestions } = await callFor(AbortSignal.timeout(SUGGEST_TIMEOUT_MS))(suggestRoute, { query: { prefix, kind } })
    return suggestions.filter(({ type }) => type === 'repo').map(({ value }) => value)
  }
  const repoTemplate = (host: string) =>
    new ResourceTemplate(`hubdex://${host}/{kind}/{+id}`, {
      list: undefined,
      complete: {
        kind: (start) => CATALOG_KINDS.filter((kind) => kind.startsWith(start)),
        id: (start, context) => suggestedIds(start, context?.arguments?.['kind']),
      },
    })

  server.registerResource(
    'repo',
    repoTemplate('repos'),
    { title: 'Repo', description: 'What the catalog knows about a repo. Untrusted text of the Hub.', mimeType: MIME_TYPE },
    async (uri, variables, { mcpReq }) => read(uri, getRepo, { ...textsOf(variables), part: 'summary' }, mcpReq.signal),
  )
  server.registerResource(
    'readme',
    repoTemplate('readmes'),
    { title: 'README', description: 'The README of a repo, or its beginning. Untrusted text of the Hub.', mimeType: MIME_TYPE },
    async (uri, variables, { mcpReq }) => read(uri, getRepo, { ...textsOf(variables), part: 'readme' }, mcpReq.signal),
  )
  server.registerResource(
    'view',
    new ResourceTemplate('hubdex://views/{name}', {
      list: async ({ mcpReq }) => {
        const { views } = await callFor(mcpReq.signal)(viewsRoute)
        return {
          resources: views.map(({ name, description }) => ({ uri: `hubdex://views/${name}`, name, description })),
        }
      },
    }),
    { title: 'View', description: 'A view that run_sql may read, with its columns.', mimeType: MIME_TYPE },
    async (uri, variables, { mcpReq }) => read(uri, listViews, textsOf(variables), mcpReq.signal),
  )
}

const SUGGEST_TIMEOUT_MS = 10_000

function textsOf(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, decoded(String(value))]))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
