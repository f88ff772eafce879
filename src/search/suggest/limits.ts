/** Suggestions per type. */
export const DEFAULT_SUGGESTIONS = 5
export const MAX_SUGGESTIONS = 50
