import { readFileSync } from 'node:fs'

/** The package's version, from the nearest package.json above: the sources and the compiled files lie at different depths. */
export function hubdexVersion(): string {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
      if (name === 'hubdex') return version
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return 'unknown'
}
