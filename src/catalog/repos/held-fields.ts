import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { asBoolean, asInstant, asInteger, asText, isTextList } from './wire-fields.ts'

export const MAX_ID_LENGTH = 1_000
export const MAX_TEXT_LENGTH = 1_000
export const MAX_DESCRIPTION_LENGTH = 20_000

/** Whether a column holds all that this value of a field says. */
type Holds = (value: unknown) => boolean

const text: Holds = (value) => asText(value, MAX_TEXT_LENGTH) !== null
const texts: Holds = (value) => isTextList(value, MAX_TEXT_LENGTH)
const boolean: Holds = (value) => asBoolean(value) !== null
const instant: Holds = (value) => asInstant(value) !== null

const HELD_OF_ALL: Readonly<Record<string, Holds>> = {
  _id: isHubId,
  id: (value) => asText(value, MAX_ID_LENGTH) !== null,
  author: text,
  createdAt: instant,
  lastModified: instant,
  sha: text,
  private: boolean,
  gated: (value) => asBoolean(value) !== null || value === 'auto' || value === 'manual',
  disabled: boolean,
  description: (value) => asText(value, MAX_DESCRIPTION_LENGTH) !== null,
  tags: texts,
  cardData: isObject,
}

/** Fields of a listing that have a column of their own. All other fields are kept in the column `payload`. */
const HELD: Readonly<Record<RepoKind, Readonly<Record<string, Holds>>>> = {
  model: { ...HELD_OF_ALL, pipeline_tag: text, library_name: text },
  dataset: { ...HELD_OF_ALL, mainSize: (value) => asInteger(value) !== null },
  space: { ...HELD_OF_ALL, sdk: text, models: texts, datasets: texts },
}

/**
 * Names of the fields that a column holds and that `payload` leaves out. A field of a wrong type is not among them.
 *
 * @param id id of the repo; listings of models repeat it as `modelId`
 */
export function heldFields(kind: RepoKind, wire: Readonly<Record<string, unknown>>, id: string): Set<string> {
  const held = new Set(Object.entries(HELD[kind]).flatMap(([name, holds]) => (holds(wire[name]) ? [name] : [])))
  return wire['modelId'] === id ? held.add('modelId') : held
}

/** Whether a value of `_id` is one of the Hub's own. */
export function isHubId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)
}
