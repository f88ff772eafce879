import { readFileSync } from 'node:fs'

export function hubdexVersion(): string {
  return ownPackage()?.version ?? 'unknown'
}

/** The error for a Node version that is too old, else undefined. No other module of the package may be loaded before. */
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

/** The closest package.json above this file. Sources and compiled files lie at different depths. */
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
