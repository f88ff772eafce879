import { readFileSync, statSync } from 'node:fs'
import { errorCode } from '../../util/error-code.ts'

/** Longer than any secret. A longer file was named by mistake. */
const MAX_BYTES = 65_536

/** The variable that names the file with a secret, in place of the variable that holds it: `HF_TOKEN_FILE`. */
export function secretFileVariable(variable: string): string {
  return `${variable}_FILE`
}

/**
 * What stands in the file of a secret, without the blanks and line ends around it.
 *
 * @returns or why it cannot be had, in words that end a sentence and hold nothing of the file
 */
export function readSecretFile(path: string): { text: string } | { trouble: string } {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) return { trouble: `which holds ${size} bytes; expected a secret of at most ${MAX_BYTES}` }
    // What is trimmed includes the byte order mark with which editors on Windows like to begin a file.
    return { text: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    // The message of the error would repeat the path.
    const reason = errorCode(error) ?? 'for no reason that is known'
    return { trouble: `which cannot be read: ${reason}; expected a file with the secret, readable by this process` }
  }
}
