import { withQuery } from '../navigation/paths.ts'
import { send } from './request.ts'
import { errorOf } from './request-error.ts'

interface FileRequest {
  /** `rows` are objects as `hubdex sql --json` prints them. */
  format: 'csv' | 'rows'
  body: unknown
  fileName: string
}

/** Asks by POST for a file, and gives it to the browser to save. @throws RequestError */
export async function requestFile(path: string, { format, body, fileName }: FileRequest): Promise<void> {
  const response = await send(withQuery(path, { format }), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw await errorOf(response)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = fileName
  link.click()
  // Not at once: the browser has yet to begin.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
