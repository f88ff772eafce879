export type Item = Record<string, unknown> & { readonly _id: string; readonly id: string }

/** Follows a listing to its end, like any client of the Hub. */
export async function walk(url: string, headers: Record<string, string> = {}): Promise<Item[][]> {
  const pages: Item[][] = []
  for (let next: string | undefined = url; next !== undefined; ) {
    const answer: Response = await fetch(next, { headers })
    if (!answer.ok) throw new Error(`${answer.status} for ${next}: ${await answer.text()}`)
    pages.push(await json<Item[]>(answer))
    next = nextOf(answer)
  }
  return pages
}

export function nextOf(answer: Response): string | undefined {
  return /<(.+)>/.exec(answer.headers.get('link') ?? '')?.[1]
}

/** The body, in the shape that the test expects. */
export async function json<Shape = Item>(answer: Response): Promise<Shape> {
  return (await answer.json()) as Shape
}

export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = []
  for await (const value of values) collected.push(value)
  return collected
}
