import { send } from './request.ts'
import { errorOf } from './request-error.ts'

interface FileRequest {
  /** `rows` are objects as `hubdex sql --json` prints them. */
  format: 'csv' | 'parquet' | 'rows'
  /** Sent as JSON, by POST. */
  body?: unknown
  fileName: string
}

/** Asks for a file, and gives it to the browser to save. @throws RequestError */
export async function requestFile(path: string, { format, body, fileName }: FileRequest): Promise<void> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await send(`${path}${path.includes('?') ? '&' : '?'}format=${format}`, body === undefined ? {} : post)
  if (!response.ok) throw await errorOf(response)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = fileName
  link.click()
  // Not at once: the browser has yet to begin.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
