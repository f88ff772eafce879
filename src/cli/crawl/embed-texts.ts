import { counted } from '../../output/format.ts'
import { SearchUnavailable } from '../../search/search-unavailable.ts'
import { EmbedderFailure } from '../../search/semantic/embedder.ts'
import type { OpenCatalog } from '../../service/open/catalog.ts'
import { openEmbedding } from '../../service/open/embedding.ts'
import type { CommandContext } from '../command.ts'

/**
 * Embeds due texts at the end of a crawl, if there is an embedder. A crawl does not fail because an embedder does.
 * @returns whether documents may have to be indexed again, to carry their vectors
 */
export async function embedTexts(
  { settings, log, signal }: Pick<CommandContext, 'settings' | 'log' | 'signal'>,
  catalog: OpenCatalog,
): Promise<boolean> {
  const embedding = openEmbedding(settings, catalog)
  if (embedding === undefined || signal.aborted) return false
  try {
    const { embedded, failed } = await embedding.finish(signal)
    if (embedded + failed > 0) log(`Embedded ${counted(embedded, 'text')}${failed === 0 ? '' : `; ${failed} failed`}.`)
  } catch (error) {
    const isKnown = error instanceof EmbedderFailure || error instanceof SearchUnavailable
    if (!isKnown && !signal.aborted) throw error
    if (isKnown) log(`Texts could not be embedded, and stay due: ${error.message}`)
  }
  return true
}
