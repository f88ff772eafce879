import { type Clock, systemClock } from '../../hub/clock.ts'

/** The machine's time of day. Schedules follow it even if the clock is changed or the machine slept. */
export const wallClock: Clock = { now: () => Date.now(), sleep: systemClock.sleep }
