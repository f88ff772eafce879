import { readFileSync, statSync } from 'node:fs'
import { errorCode } from '../../util/error-code.ts'

/** Longer than any secret: a longer file was named by mistake. */
const MAX_BYTES = 65_536

/** The variable that names a file with the secret, such as `HF_TOKEN_FILE` for `HF_TOKEN`. */
export function secretFileVariable(variable: string): string {
  return `${variable}_FILE`
}

/** @returns the text, or a problem that completes a sentence and reveals nothing of the file */
export function readSecretFile(path: string): { text: string } | { problem: string } {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) return { problem: `which holds ${size} bytes; expected a secret of at most ${MAX_BYTES}` }
    // Trims the byte order mark of Windows editors, too.
    return { text: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    // The error's message would repeat the path.
    const reason = errorCode(error) ?? 'for an unknown reason'
    return { problem: `which cannot be read: ${reason}; expected a file with the secret, readable by this process` }
  }
}
