import { LANGUAGE_WEIGHTS, LICENSES } from '../vocabulary.ts'
import { createPicker } from './distribution.ts'
import { isoSecond } from './iso-second.ts'
import { oddTextAt } from './oddity.ts'
import type { Population } from './population.ts'
import { Topic } from './topic.ts'

/** Makes the value of a field for the repo with this index; undefined when it has none. */
type FieldMaker = (index: number) => unknown
export type FieldMakers = Readonly<Record<string, FieldMaker>>

const pickLicense = createPicker(LICENSES)
const pickLanguage = createPicker(LANGUAGE_WEIGHTS)

const GATED_AUTO_SHARE = 0.02
const GATED_SHARE = 0.03

/** Fields that all kinds have. */
export function commonFields(population: Population): FieldMakers {
  const { draw } = population
  return {
    author: population.authorAt,
    createdAt: (index) => isoSecond(population.createdAt(index)),
    lastModified: (index) => isoSecond(population.modifiedAt(index)),
    sha: population.shaAt,
    private: () => false,
    // Listings omit disabled repos, so a generated one would be invisible. A change may disable a repo.
    disabled: () => false,
    gated: (index) => {
      const share = draw(index, Topic.gated)
      return share < GATED_SHARE && (share < GATED_AUTO_SHARE ? 'auto' : 'manual')
    },
    likes: population.likesAt,
    likes30d: (index) => Math.floor(population.likesAt(index) * draw(index, Topic.recentLikes) ** 4),
    trendingScore: population.trendingAt,
    downloads: population.downloadsAt,
    downloadsAllTime: population.downloadsAllTimeAt,
    mainSize: (index) => Math.round(1000 * 1e8 ** draw(index, Topic.storage)),
    usedStorage: (index) => Math.round(1000 * 1e9 ** draw(index, Topic.storage)),
    xetEnabled: () => true,
  }
}

export function licenseAt(population: Population, index: number, share: number): string | undefined {
  return pickAt(population, index, Topic.license, share, pickLicense)
}

/** A third of the repos with a language have several. */
export function languagesAt(population: Population, index: number, share: number): string[] {
  const { draw } = population
  const first = pickAt(population, index, Topic.languages, share, pickLanguage)
  if (first === undefined) return []
  const count = Math.ceil(0.67 / (draw(index, Topic.languageCount) + 0.05))
  const languages = new Set([first])
  for (let next = 1; next < Math.min(count, 12); next++) {
    languages.add(pickLanguage(draw(index, Topic.languages + next * 1000)))
  }
  return [...languages]
}

/** One draw decides whether the repo has a value, with probability `share`, and which. */
export function pickAt(
  { draw }: Population,
  index: number,
  topic: number,
  share: number,
  pick: (uniform: number) => string,
): string | undefined {
  const uniform = draw(index, topic)
  return uniform < share ? pick(uniform / share) : undefined
}

/** Up to `count` distinct values. */
export function pickSeveral(
  { draw }: Population,
  index: number,
  topic: number,
  count: number,
  pick: (uniform: number) => string,
): string[] {
  const picked = new Set<string>()
  for (let next = 0; next < count; next++) picked.add(pick(draw(index, topic + next * 1000)))
  return [...picked]
}

/** Adds the odd text of an odd repo to its tags. */
export function withOddTag(index: number, tags: string[]): string[] {
  const odd = oddTextAt(index)
  if (odd !== undefined) tags.push(odd)
  return tags
}
