import { statSync } from 'node:fs'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Path of the token file of the Hub's own tools, if it exists. Only `hubdex hub` reads it, as those tools do. A crawl never does: a
 * token changes which repos are visible and whose quota is used, so that takes an explicit decision.
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
    // It does not exist, or this process may not enter its folder.
    return false
  }
}

/** The Hub's tools look in these places, in this order. */
function pathOf(environment: Environment, home: string | undefined): string | undefined {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = environment
  if (HF_TOKEN_PATH) return HF_TOKEN_PATH
  if (HF_HOME) return join(HF_HOME, 'token')
  const cache = XDG_CACHE_HOME || (home === undefined ? undefined : join(home, '.cache'))
  return cache === undefined ? undefined : join(cache, 'huggingface', 'token')
}
