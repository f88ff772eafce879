import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'vitest'

interface McpAnswer {
  isError: boolean
  /** The parsed text for models. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all shapes.
  json: any
  text: string
}

export interface TestClient extends AsyncDisposable {
  client: Client
  /** Calls a tool. The client checks the answer against the schema of the tool. */
  call(name: string, input?: object, signal?: AbortSignal): Promise<McpAnswer>
}

/** The SDK's client of a server at an address. */
export async function connectMcp(
  url: string,
  { headers = {}, mode = 'auto' }: { headers?: Record<string, string>; mode?: 'auto' | 'legacy' } = {},
): Promise<TestClient> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }))
  return testClient(client)
}

/** @param client connected */
export async function testClient(client: Client): Promise<TestClient> {
  await client.listTools()
  return {
    client,
    call: async (name, input = {}, signal) => {
      const {
        isError = false,
        content,
        structuredContent,
      } = await client.callTool({ name, arguments: { ...input } }, signal && { signal })
      const [block] = content
      const text = block?.type === 'text' ? block.text : ''
      const json = text.startsWith('{') ? JSON.parse(text) : undefined
      if (!isError) expect(json).toEqual(structuredContent)
      return { isError, json, text }
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
