import { readFileSync } from 'node:fs'

/** The package's version. */
export function hubdexVersion(): string {
  return ownPackage()?.version ?? 'unknown'
}

/**
 * What to say to a Node that is too old for this package; undefined where it is not. Of the package's own modules only this one
 * may be loaded before it was asked.
 *
 * @param found such as `20.20.2`
 */
export function nodeRefusal(found: string): string | undefined {
  const needed = ownPackage()?.engines.node.replace(/^>=/, '')
  if (needed === undefined || compareVersions(found, needed) >= 0) return undefined
  return (
    `hubdex needs Node ${needed} or newer, and this is Node ${found} (${process.execPath}): ` +
    'install a newer one, such as from https://nodejs.org, and run it again.'
  )
}

function compareVersions(first: string, second: string): number {
  const [ours, theirs] = [first, second].map((text) => text.split('.').map(Number))
  for (const [index, part] of (ours ?? []).entries()) {
    const difference = part - (theirs?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The nearest package.json above: the sources and the compiled files lie at different depths. */
function ownPackage(): { version: string; engines: { node: string } } | undefined {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    try {
      const found = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
      if (found.name === 'hubdex') return found
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return undefined
}
