/**
 * Who goes first where the budget makes requests wait, the lowest number before all others: a repo that somebody has just
 * changed, then walks of listings, then what is fetched for one repo at a time.
 */
export const PRIORITIES = { refresh: 0, pass: 1, stage: 2 } as const

export type Priority = keyof typeof PRIORITIES
