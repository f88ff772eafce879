/** Before the second attempt; it doubles from one to the next. All together they outlast the restart of a server. */
export const RETRY_DELAY_MS = 5000
