import { nextOf } from '../../sample-hub/walk.ts'

/** The two servers that are to answer alike. */
export interface Pair {
  readonly hub: string
  readonly mirror: string
}

/** An answer without what differs between any two servers. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly errorCode: string | null
  readonly location: string | null
}

/** The answer to one request of each server. */
export async function answersOf(pair: Pair, path: string, init: RequestInit = {}): Promise<Record<keyof Pair, Answer>> {
  const [hub, mirror] = await Promise.all([answerOf(pair.hub, path, init), answerOf(pair.mirror, path, init)])
  return { hub, mirror }
}

async function answerOf(url: string, path: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url + path, { redirect: 'manual', ...init })
  const text = (await answer.text()).replaceAll(url, 'http://hub.example')
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
  return {
    status: answer.status,
    body: isJson ? JSON.parse(text) : text,
    errorCode: answer.headers.get('x-error-code'),
    location: answer.headers.get('location'),
  }
}

/** The pages of a list from each server, in their order. */
export async function walksOf(pair: Pair, path: string): Promise<Record<keyof Pair, unknown[][]>> {
  const [hub, mirror] = await Promise.all([walk(pair.hub + path), walk(pair.mirror + path)])
  return { hub, mirror }
}

async function walk(url: string): Promise<unknown[][]> {
  const pages: unknown[][] = []
  for (let next: string | undefined = url; next !== undefined; ) {
    const answer: Response = await fetch(next)
    if (!answer.ok) throw new Error(`${answer.status} for ${next}: ${await answer.text()}`)
    pages.push((await answer.json()) as unknown[])
    next = nextOf(answer)
  }
  return pages
}
