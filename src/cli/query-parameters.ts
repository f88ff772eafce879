import { readFile } from 'node:fs/promises'
import type { ParameterValues } from '../analytics/queries/bind-parameters.ts'
import type { NamedQuery } from '../analytics/queries/named-query.ts'
import { errorCode } from '../util/error-code.ts'
import { UsageError } from './command.ts'
import { readValueList } from './value-list.ts'

/**
 * Reads the values of `--set parameter=value`. A list comes from a file of that name, one value per line, if there is one: blank
 * lines and those that begin with `#` are ignored. Otherwise its values are separated by commas.
 *
 * @throws UsageError
 */
export async function readParameters({ parameters = [] }: NamedQuery, settings: readonly string[]): Promise<ParameterValues> {
  const values = new Map<string, readonly string[]>()
  for (const setting of settings) {
    const [, name = '', text = ''] = /^([a-z]+)=(.*)$/s.exec(setting) ?? []
    if (name === '') throw new UsageError(`Found --set ${setting.slice(0, 100)}; expected parameter=value.`)
    const isList = parameters.some((parameter) => parameter.name === name && parameter.type === 'list')
    values.set(name, isList ? ((await linesOf(text)) ?? readValueList(text)) : [text])
  }
  return values
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
