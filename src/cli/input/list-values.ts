import { readFile } from 'node:fs/promises'
import { readValueList } from '../../search/value-list.ts'
import { errorCode } from '../../util/error-code.ts'

/**
 * The members of a list: the lines of the file of that name, if there is one, without blank lines and those that begin with `#`;
 * otherwise values separated by commas.
 *
 * @throws InvalidSearch if quotation marks are unbalanced
 */
export async function listValues(text: string): Promise<readonly string[]> {
  return (await linesOf(text)) ?? readValueList(text)
}

async function linesOf(path: string): Promise<string[] | undefined> {
  try {
    const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim())
    return lines.filter((line) => line !== '' && !line.startsWith('#'))
  } catch (error) {
    // A name with a slash may run through a file, and a long list is too long for a path.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}
