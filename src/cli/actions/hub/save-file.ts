import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubClient } from '../../../hub/client.ts'
import { Refused } from '../../../hub/errors.ts'
import { formatBytes } from '../../../output/format.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { CountProgress } from '../../progress/count-progress.ts'

type ByteRange = { from: number; to: number } | { last: number }

/** Reads `0-99`, `100-` or `-8`. */
export function readByteRange(text: string): ByteRange {
  const [, from = '', to = ''] = /^(?:bytes=)?(\d{0,15})-(\d{0,15})$/.exec(text.trim()) ?? []
  if (from === '' && Number(to) > 0) return { last: Number(to) }
  const range = { from: Number(from), to: to === '' ? Number.MAX_SAFE_INTEGER : Number(to) }
  if (from !== '' && range.from <= range.to) return range
  throw new UsageError(`${JSON.stringify(text.slice(0, 50))} is not a range of bytes. Expected one like 0-99, 100- or -8.`)
}

interface Download {
  /** Where the file is now. */
  url: string
  /** Where it is at a commit. */
  at: ((commit: string) => string) | undefined
  /** The name for a folder. */
  name: string
  output: string | undefined
  /** The part to fetch. */
  part: ByteRange | undefined
}

/** Where a file is, and how large: its commit makes a download resumable. */
interface Found {
  url: string
  commit: string | undefined
  bytes: number | undefined
}

/**
 * Downloads a file in ranges, to stdout or to a file. That appears under its name once it is complete; until then it has the
 * commit in its name, so that the next run resumes it only if the file is still the same.
 */
export async function saveFile(context: CommandContext, hub: HubClient, download: Download): Promise<number> {
  const found = await findFile(context, hub, download)
  const { part, output } = download
  if (output === '-') {
    await fetchPart(context, hub, found, part, async (bytes) => context.printBytes(bytes))
    return 0
  }
  const path = await targetOf(output, download.name)
  const started = `${path}.${found.commit?.slice(0, 12) ?? 'unknown'}.part`
  const canResume = part === undefined && found.commit !== undefined
  const before = canResume ? await sizeOf(started) : 0
  const resumesAt = found.bytes !== undefined && before <= found.bytes ? before : 0
  const file = await open(started, resumesAt > 0 ? 'a' : 'w')
  let written = resumesAt
  try {
    const rest = resumesAt > 0 ? { from: resumesAt, to: Number.MAX_SAFE_INTEGER } : part
    using progress = new CountProgress(context, `bytes of ${download.name}`)
    if (resumesAt === 0 || resumesAt < (found.bytes ?? 0)) {
      await fetchPart(context, hub, found, rest, async (bytes) => {
        await file.write(bytes)
        written += bytes.length
        progress.show(written)
      })
    }
    await file.sync()
    await file.close()
  } catch (error) {
    await file.close()
    // Without a commit, nobody could know later whether the file is still the same.
    if (!canResume || written === 0) await rm(started, { force: true })
    throw error
  }
  await rename(started, path)
  const result = { path, bytes: written, commit: found.commit ?? null, resumedAt: resumesAt }
  context.answer(
    result,
    () => `${path}: ${formatBytes(written)}${resumesAt > 0 ? `, resumed at ${formatBytes(resumesAt)}` : ''}`,
  )
  return 0
}

async function findFile({ signal }: CommandContext, hub: HubClient, { url, at }: Download): Promise<Found> {
  try {
    const { commit, fileBytes } = await hub.fileAt(url, { range: { from: 0, to: 0 }, maxBytes: 1, signal })
    return { url: commit === undefined || at === undefined ? url : at(commit), commit, bytes: fileBytes }
  } catch (error) {
    // An empty file has no first byte.
    if (error instanceof Refused && error.status === 416) return { url, commit: undefined, bytes: 0 }
    throw error
  }
}

const CHUNK_BYTES = 16 * 1024 * 1024

async function fetchPart(
  { signal }: CommandContext,
  hub: HubClient,
  { url, bytes: fileBytes }: Found,
  part: ByteRange | undefined,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  if (fileBytes === 0) return
  const end = part !== undefined && 'to' in part ? part.to + 1 : Number.POSITIVE_INFINITY
  const from = startOf(part, fileBytes)
  if (from >= (fileBytes ?? Number.POSITIVE_INFINITY)) {
    throw new UsageError(`The range begins after the ${fileBytes} bytes of the file.`)
  }
  const chunkBytes = Math.min(CHUNK_BYTES, end - from)
  for await (const chunk of hub.files.download(url, { from, chunkBytes, signal })) {
    await write(chunk.bytes.subarray(0, Math.min(chunk.bytes.length, end - chunk.from)))
    if (chunk.from + chunk.bytes.length >= end) return
  }
}

function startOf(part: ByteRange | undefined, fileBytes: number | undefined): number {
  if (part === undefined) return 0
  if ('from' in part) return part.from
  if (fileBytes === undefined)
    throw new UsageError('The server does not say how large the file is. Expected a range like 0-99.')
  return Math.max(0, fileBytes - part.last)
}

async function targetOf(output: string | undefined, name: string): Promise<string> {
  if (output === undefined) return name
  const isFolder = await stat(output).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
  return isFolder ? join(output, name) : output
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
