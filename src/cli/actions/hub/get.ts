import { rename, writeFile } from 'node:fs/promises'
import { parseJson } from '../../../hub/parse-json.ts'
import { toJson } from '../../../output/json.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { withHub } from './person-hub.ts'

const MAX_BYTES = 64 * 1024 * 1024

/** `hubdex hub get PATH`: prints any answer of the Hub. */
export async function getAction(
  context: CommandContext,
  { all = false, output }: { all?: boolean; output?: string },
  [path = '']: readonly string[],
): Promise<number> {
  const pages: { bytes: Buffer; json: unknown }[] = []
  await withHub(context, async (hub) => {
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer = await hub.read(next, { maxBytes: MAX_BYTES, signal: context.signal })
      pages.push({ bytes: answer.bytes, json: jsonIn(answer.bytes) })
      next = all ? answer.next : undefined
      if (!all && answer.next !== undefined) context.log('The list continues on further pages; --all prints them, too.')
    }
  })
  const [first] = pages
  const lists = pages.map(({ json }) => json).filter((json) => Array.isArray(json))
  if (all && lists.length < pages.length) throw new UsageError('The answer is no list. Leave out --all.')
  const json: unknown = all ? lists.flat() : first?.json
  const bytes = json === undefined ? (first?.bytes ?? Buffer.alloc(0)) : Buffer.from(`${toJson(json, 2)}\n`)
  if (output === undefined || output === '-') context.printBytes(bytes)
  else {
    await writeFile(`${output}.part`, bytes)
    await rename(`${output}.part`, output)
  }
  return 0
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString('utf8'))
  } catch {
    // Text and files are printed as they are.
    return undefined
  }
}
