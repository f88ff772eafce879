import { createPicker } from '../generator/distribution.ts'
import { LICENSES } from '../vocabulary.ts'
import { type ChurnPicks, numberIn, type Pick, read } from './churn-picks.ts'
import type { CommitContent } from './hub-changes.ts'

const pickLicense = createPicker(LICENSES)

const CARD_SHARE = 0.2
/** Longer lists of files are not changed, so that a Hub with many of them stays small. */
const MAX_FILES = 200

const Topic = { files: 100, card: 101, license: 102, size: 103 } as const

/** The content of an ordinary commit: one file more or less, and sometimes a change of the card. */
export function commitContent(picks: ChurnPicks, pick: Pick): CommitContent {
  const repo = read(pick, ['siblings', 'cardData', 'tags', 'usedStorage'])
  const usedStorage = numberIn(repo, 'usedStorage') + picks.below(1_000_000, Topic.size)
  const siblings = otherFiles(picks, repo['siblings'])
  const card = picks.share(Topic.card) < CARD_SHARE ? otherLicense(picks, repo['cardData'], repo['tags']) : {}
  return { siblings, fields: { usedStorage, ...card } }
}

function otherFiles(picks: ChurnPicks, files: unknown): CommitContent['siblings'] {
  if (!Array.isArray(files) || files.length > MAX_FILES) return undefined
  const last = files.at(-1)
  const isLess = files.length > 3 && String(last?.rfilename).startsWith('notes/')
  if (isLess) return files.slice(0, -1)
  return [...files, { rfilename: `notes/${picks.step.toString(36)}.txt`, size: picks.below(10_000, Topic.files) }]
}

/** Changes the license in the card and in the tags, since the Hub derives one from the other. */
function otherLicense(picks: ChurnPicks, card: unknown, tags: unknown): Record<string, unknown> {
  if (typeof card !== 'object' || card === null || !Array.isArray(tags)) return {}
  const license = pickLicense(picks.share(Topic.license))
  const others = tags.filter((tag) => !String(tag).startsWith('license:'))
  return { cardData: { ...card, license }, tags: [...others, `license:${license}`] }
}
