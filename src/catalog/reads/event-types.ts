/** What happens to repos. */
export const EVENT_TYPES = [
  'appeared',
  'renamed',
  'license',
  'gated',
  'visibility',
  'disabled',
  'task',
  'base_models',
  'removed',
  'restored',
] as const

export type EventType = (typeof EVENT_TYPES)[number]
