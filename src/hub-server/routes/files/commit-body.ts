import type { FileChange, NewCommit } from '../../file-writer.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'

const SHA256 = /^[0-9a-f]{64}$/

/**
 * Reads the body of a commit: JSON lines, first `{"key":"header","value":{"summary":…}}`, then one per change of a file.
 *
 * @throws HubRefusal 400 for any other body
 */
export function readCommit(body: unknown, isPullRequest: boolean): NewCommit {
  if (!Buffer.isBuffer(body)) throw new HubRefusal(400, 'Expected a body of the type application/x-ndjson')
  const lines = body.toString().split('\n')
  const entries = lines.flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]))
  const [first, ...rest] = entries
  if (first?.key !== 'header') throw new HubRefusal(400, 'Expected the header of the commit in the first line')
  const { summary, description, parentCommit } = first.value
  if (typeof summary !== 'string' || summary.trim() === '') {
    throw new HubRefusal(400, 'The "summary" of the header must be a string that is not empty')
  }
  return {
    title: summary,
    message: typeof description === 'string' ? description : '',
    parent: typeof parentCommit === 'string' ? parentCommit : undefined,
    changes: rest.map(({ key, value, number }) => changeOf(key, value, number)),
    isPullRequest,
  }
}

interface Line {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  readonly number: number
}

function readLine(line: string, number: number): Line {
  let entry: { key?: unknown; value?: unknown } | null
  try {
    entry = JSON.parse(line)
  } catch {
    // The text of the parser says nothing about the commit.
    throw new HubRefusal(400, `Line ${number} of the commit is not JSON, or is cut off`)
  }
  const { key, value } = entry ?? {}
  if (typeof key === 'string' && typeof value === 'object' && value !== null) return { key, value: { ...value }, number }
  throw new HubRefusal(400, `Line ${number} of the commit must be an object with "key" and "value"`)
}

function changeOf(key: string, value: Readonly<Record<string, unknown>>, number: number): FileChange {
  const path = checkedPath(value['path'], number)
  switch (key) {
    case 'file': {
      const { content, encoding } = value
      if (typeof content !== 'string') throw new HubRefusal(400, `The "content" of ${path} must be a string`)
      return { type: 'put', path, content: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8') }
    }
    case 'lfsFile': {
      const { oid } = value
      if (typeof oid === 'string' && SHA256.test(oid)) return { type: 'link', path, sha256: oid }
      throw new HubRefusal(400, `The "oid" of ${path} must be a SHA-256 in hex`)
    }
    case 'deletedFile':
      return { type: 'delete', path }
    case 'deletedFolder':
    case 'deletedEntry':
      return { type: key === 'deletedFolder' ? 'delete-folder' : 'delete', path: path.replace(/\/$/, '') }
  }
  throw new HubRefusal(400, `Line ${number} of the commit has the key "${key.slice(0, 50)}", which is not known`)
}

const MAX_PATH_LENGTH = 1000

/** @throws HubRefusal 400 when the path leads out of the repo, or into its git folder */
export function checkedPath(path: unknown, number: number): string {
  if (typeof path === 'string' && path.length <= MAX_PATH_LENGTH && isPathInRepo(path)) return path
  const shown = JSON.stringify(path)?.slice(0, 100)
  throw new HubRefusal(400, `"path" in line ${number} must be the path of a file in the repository, got ${shown}`)
}

function isPathInRepo(path: string): boolean {
  const segments = path.replace(/\/$/, '').split('/')
  const isClean = !/[\p{Cc}\\]/u.test(path) && path.isWellFormed()
  return isClean && segments.every((segment) => !['', '.', '..'].includes(segment) && segment.toLowerCase() !== '.git')
}
