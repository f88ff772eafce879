import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

const CONFIGURATION = `
Most clients start it by their configuration:
  {
    "mcpServers": {
      "hubdex": { "command": "hubdex", "args": ["mcp"] }
    }
  }
A client that speaks HTTP finds the same tools at http://127.0.0.1:8000/mcp of
\`hubdex up\` and \`hubdex serve\`.`

/** `hubdex mcp`: the catalog for agents. */
export function mcpCommand(run: Run): Command {
  return defineCommand({
    name: 'mcp',
    summary: 'Let agents search and query the catalog: an MCP server on stdin and stdout',
    description:
      'Serves the Model Context Protocol on stdin and stdout, until stdin ends. An MCP client, such as a coding assistant, ' +
      'starts it and uses its tools: search_repos, get_repo, lineage, compare, dataset_columns, license_audit, what_changed, ' +
      'run_sql and list_views. They only read. Messages for people go to stderr.',
    settings: ['sqlTimeoutMs', 'sqlMaxRows'],
    examples: ['claude mcp add hubdex -- hubdex mcp', 'hubdex mcp --data-dir /srv/hubdex'],
  })
    .addHelpText('after', CONFIGURATION)
    .action(run(async () => (await import('../actions/mcp.ts')).mcpAction))
}
