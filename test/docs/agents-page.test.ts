import { expect, test } from 'vitest'
import { z } from 'zod'
import { MAX_CHARACTERS } from '../../src/mcp/fit-answer.ts'
import { TOOLS } from '../../src/mcp/tools/index.ts'

const INTRODUCTION = `# Agents

<!-- The table of tools is generated from their schemas by \`npm run docs\`. -->

Agents search, inspect, audit and query the catalog over the [Model Context Protocol](https://modelcontextprotocol.io). There
are two ways, with the same tools:

- \`hubdex mcp\` speaks it on stdin and stdout. An MCP client starts it.
- \`hubdex up\` and \`hubdex serve\` speak it over HTTP at \`http://127.0.0.1:8000/mcp\`.

## Connecting

Most clients have a file of servers:

\`\`\`json
{
  "mcpServers": {
    "hubdex": { "command": "hubdex", "args": ["mcp", "--data-dir", "/srv/hubdex"] }
  }
}
\`\`\`

Claude Code adds one by \`claude mcp add hubdex -- hubdex mcp\`, or
\`claude mcp add --transport http hubdex http://127.0.0.1:8000/mcp\`. Where the server wants the token, the client sends
\`Authorization: Bearer …\`.

\`hubdex mcp\` needs a catalog; \`hubdex crawl\` makes one. It takes the [settings](settings.md) of every command from its
environment, such as \`DATABASE_URL\`. Its stdout has only the protocol, its messages go to stderr. It ends with its stdin, and on
Ctrl-C.

## Tools

All of them only read. \`?\` marks what may be left out.

| tool | what | input |
| --- | --- | --- |
`

const CONCLUSION = `
Each tool calls a route of the [HTTP API](http-api.md) within the process. So it has the validation, the cursors, the codes of
problems, the SQL fence and the rules of access of that route, and nothing is implemented twice.

Repos are found by current or former name in any letter case, or by hub id; answers have the current name. \`license_audit\`
reports models that the catalog does not have as \`unknown\`. An error has a \`code\` and a \`detail\` that says what to do, as
[problems](http-api.md#problems) of the API do.

## Resources

| address | what |
| --- | --- |
| \`hubdex://repos/{kind}/{id}\` | what the catalog knows about a repo |
| \`hubdex://readmes/{kind}/{id}\` | its README, or the beginning |
| \`hubdex://views/{name}\` | the columns of a view that \`run_sql\` reads, with their meaning |

They have the answers of \`get_repo\` and \`list_views\`. Clients complete the names of repos.

## Limits

- An answer has at most ${MAX_CHARACTERS.toLocaleString('en')} characters of data, about 6,000 tokens. A list ends with the item that still fits. Texts
  and lists within an item are cut if they are long. \`truncated\` lists what is missing.
- \`nextCursor\` leads to the rest, as \`cursor\` of the same call. SQL has no cursor, because rows may come in another order.
- Empty fields are left out. Numbers that a double cannot hold are texts.
- SQL runs behind the [fence](views.md) of \`hubdex sql\`, within HUBDEX_SQL_TIMEOUT_MS, and with at most 500 rows. A call that
  its client cancels, or whose client leaves, is canceled in the database.

## What is untrusted

Anybody can write a name, a description, a tag or a README on the Hub, and so write to the agents that read them. hubdex cannot
make such text harmless. It makes it recognizable:

- An answer has text of the Hub only under \`untrusted\`, after a notice. JSON escapes it, so that it cannot end its field.
- The instructions of the server and the description of each tool say that it is data.
- Characters that models read and people do not see, such as tag characters and directional controls, are written as escapes
  like \`\\u{e0041}\`.

Whether the agent obeys is a question of the model, so give it no tools beside these with which obeying would do damage.

## Access over HTTP

\`/mcp\` follows the [rules of the API](http-api.md#who-may-do-what): it is open on loopback, and elsewhere needs the token, or
HUBDEX_PUBLIC_READ; with that, \`run_sql\` still needs the token. Other host names and pages of other sites are refused. A call of
a tool counts as a message and as the requests of the API that it makes, against HUBDEX_RATE_LIMIT.

There are no sessions: each message can go to another server behind a proxy. Clients of the protocol versions of 2025 are
served as well as those of 2026.
`

test('docs/agents.md matches the schemas of the tools (npm run docs regenerates it)', async () => {
  const rows = TOOLS.map(({ name, description, input }) => `| \`${name}\` | ${description} | ${inputText(input)} |`)
  await expect(`${INTRODUCTION}${rows.join('\n')}\n${CONCLUSION}`).toMatchFileSnapshot('../../docs/agents.md')
})

function inputText(input: z.ZodObject): string {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' })
  return Object.keys(properties)
    .map((name) => `\`${name}${required.includes(name) ? '' : '?'}\``)
    .join(' ')
}
