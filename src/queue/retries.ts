/** Delay before the second attempt; it doubles with each further one. In total the delays outlast the restart of a server. */
export const RETRY_DELAY_MS = 5000
