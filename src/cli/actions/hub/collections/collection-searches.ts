import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../../../../util/error-code.ts'

const rememberedSearch = z.object({
  /** As on the command line. */
  words: z.array(z.string()),
  kind: z.array(z.string()).optional(),
  filter: z.array(z.string()).optional(),
  sort: z.string().optional(),
  limit: z.number(),
  /** Items that hubdex has added, as `model owner/name`. Others were added by people and are never removed. */
  added: z.array(z.string()),
})

/** The search that a collection follows. */
export type RememberedSearch = z.infer<typeof rememberedSearch>

const file = z.record(z.string(), rememberedSearch)

/** The searches that collections follow, by the `_id` of the collection, in a file of the data folder. */
export class CollectionSearches {
  readonly #folder: string

  constructor(dataDirectory: string) {
    this.#folder = dataDirectory
  }

  /** @throws Error that names the file when it is damaged */
  async get(slug: string): Promise<RememberedSearch | undefined> {
    return (await this.#read())[idOf(slug)]
  }

  async set(slug: string, search: RememberedSearch): Promise<void> {
    const all = { ...(await this.#read()), [idOf(slug)]: search }
    await mkdir(this.#folder, { recursive: true })
    // Written aside first: a killed process leaves the old file whole.
    await writeFile(`${this.#path}.new`, `${JSON.stringify(all, null, 2)}\n`)
    await rename(`${this.#path}.new`, this.#path)
  }

  get #path(): string {
    return join(this.#folder, 'collection-searches.json')
  }

  async #read(): Promise<Record<string, RememberedSearch>> {
    try {
      return file.parse(JSON.parse(await readFile(this.#path, 'utf8')))
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return {}
      throw new Error(`${this.#path} is damaged; correct it, or delete it and give each search to \`sync\` again.`, { cause })
    }
  }
}

/** The slug changes with the title, the `_id` at its end does not. */
function idOf(slug: string): string {
  return /[0-9a-f]{24}$/.exec(slug)?.[0] ?? slug
}
