import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { asBoolean, asInstant, asInteger, asProse, asText, isTextList } from './wire-fields.ts'

export const MAX_ID_LENGTH = 1_000
export const MAX_TEXT_LENGTH = 1_000
export const MAX_DESCRIPTION_LENGTH = 20_000

/** Whether a column can store this value of a field without loss. */
type Fits = (value: unknown) => boolean

const text: Fits = (value) => asText(value, MAX_TEXT_LENGTH) !== null
const texts: Fits = (value) => isTextList(value, MAX_TEXT_LENGTH)
const boolean: Fits = (value) => asBoolean(value) !== null
const instant: Fits = (value) => asInstant(value) !== null

const COMMON_FIELDS: Readonly<Record<string, Fits>> = {
  _id: isHubId,
  id: (value) => asText(value, MAX_ID_LENGTH) !== null,
  author: text,
  createdAt: instant,
  lastModified: instant,
  sha: text,
  private: boolean,
  gated: (value) => asBoolean(value) !== null || value === 'auto' || value === 'manual',
  disabled: boolean,
  description: (value) => asProse(value, MAX_DESCRIPTION_LENGTH) !== null,
  tags: texts,
  cardData: isObject,
}

/** Fields of a listing with a column of their own. All others are stored in the column `payload`. */
const COLUMN_FIELDS: Readonly<Record<RepoKind, Readonly<Record<string, Fits>>>> = {
  model: { ...COMMON_FIELDS, pipeline_tag: text, library_name: text },
  dataset: { ...COMMON_FIELDS, mainSize: (value) => asInteger(value) !== null },
  space: { ...COMMON_FIELDS, sdk: text, models: texts, datasets: texts },
}

/** Fields that columns store and `payload` omits, except for values of a wrong type. Listings repeat `id` as `modelId`. */
export function columnFields(kind: RepoKind, wire: Readonly<Record<string, unknown>>, id: string): Set<string> {
  const fields = new Set(Object.entries(COLUMN_FIELDS[kind]).flatMap(([name, fits]) => (fits(wire[name]) ? [name] : [])))
  return wire['modelId'] === id ? fields.add('modelId') : fields
}

/** Whether a value of `_id` has the form of the Hub's ids. */
export function isHubId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)
}
