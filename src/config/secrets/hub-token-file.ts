import { statSync } from 'node:fs'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The file in which the Hub's own tools keep the token of whoever signed in with them, where there is one. It is named to
 * people and never read: a token changes which repos are seen and whose quota is spent, and that is asked for, not assumed.
 */
export function hubTokenFile(environment: Environment): string | undefined {
  if (/^(1|on|yes|true)$/i.test(environment['HF_HUB_DISABLE_IMPLICIT_TOKEN'] ?? '')) return undefined
  const home = environment['HOME'] || environment['USERPROFILE'] || undefined
  const path = pathOf(environment, home)
  if (path === undefined) return undefined
  const absolute = home === undefined ? path : path.replace(/^~(?=[/\\])/, home)
  return isFilled(absolute) ? absolute : undefined
}

function isFilled(path: string): boolean {
  try {
    const file = statSync(path)
    return file.isFile() && file.size > 0
  } catch {
    // Absent, or in a folder that this process may not enter: either way there is nothing to name.
    return false
  }
}

/** Where those tools look, in their order. */
function pathOf(environment: Environment, home: string | undefined): string | undefined {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = environment
  if (HF_TOKEN_PATH) return HF_TOKEN_PATH
  if (HF_HOME) return join(HF_HOME, 'token')
  const cache = XDG_CACHE_HOME || (home === undefined ? undefined : join(home, '.cache'))
  return cache === undefined ? undefined : join(cache, 'huggingface', 'token')
}
