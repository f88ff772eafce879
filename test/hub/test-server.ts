import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createHubClient, type HubClient, type HubClientOptions } from '../../src/hub/client.ts'
import type { HubEvent } from '../../src/hub/events.ts'

export interface TestServer {
  url: string
  /** The requests in order. */
  requests: IncomingMessage[]
  stop(): Promise<void>
}

/** A server with the given behavior. It stops after the test. */
export async function startServer(answer: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(stop)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests, stop }
}

/** A client with short retry delays. It is closed after the test. */
export function startClient(endpoint: string, options: Partial<HubClientOptions> = {}): HubClient & { events: HubEvent[] } {
  const events: HubEvent[] = []
  const hub = createHubClient({
    endpoint,
    retries: 2,
    retryDelayMs: 1,
    onEvent: (event) => events.push(event),
    ...options,
  })
  onTestFinished(() => hub.close())
  return Object.assign(hub, { events })
}

export function sendJson(response: ServerResponse, json: unknown, headers: Record<string, string> = {}, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(json))
}

/** The error with which a promise rejects. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => expectedFailure(),
    (error: unknown) => error,
  )
}

function expectedFailure(): never {
  throw new Error('Expected a rejection, but the promise was fulfilled.')
}

/** All pages of a walk. */
export async function allOf<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) items.push(item)
  return items
}
