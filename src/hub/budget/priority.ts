/**
 * The order in which requests that wait for the budget are sent, lowest number first: refreshes of a repo that has just
 * changed, then walks of listings, then stages, which fetch one repo at a time.
 */
export const PRIORITIES = { refresh: 0, pass: 1, stage: 2 } as const

export type Priority = keyof typeof PRIORITIES
