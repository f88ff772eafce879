import type { RepoKind } from '../../hub/kinds.ts'
import type { NewFile } from '../../hub-server/file-writer.ts'
import { entryOf, fileOf } from '../contents/bytes.ts'
import { isLargeFile } from '../generator/files.ts'
import type { Blobs } from './blobs.ts'
import { cardFields } from './card-fields.ts'

/** The fields of a new repo that is created with files. A README among them replaces the one that is made up. */
export function firstFiles(kind: RepoKind, files: readonly NewFile[], blobs: Blobs): Record<string, unknown> {
  if (files.length === 0) return {}
  const usual = ['.gitattributes', 'README.md'].map((rfilename) => ({ rfilename }))
  const others = usual.filter(({ rfilename }) => !files.some(({ path }) => path === rfilename))
  const siblings = files.map(({ path, content }) => {
    blobs.put(content)
    return entryOf(path, fileOf(content, '', isLargeFile(path)))
  })
  const readme = files.find(({ path }) => path === 'README.md')?.content
  const { cardData, tags, ...fields } = readme === undefined ? {} : cardFields(kind, { _id: '', id: '' }, readme)
  // Without front matter, license and SDK of the request make the card.
  return { siblings: [...others, ...siblings], ...fields, ...(cardData === undefined ? {} : { cardData, tags }) }
}
