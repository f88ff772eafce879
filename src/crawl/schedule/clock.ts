import { type Clock, systemClock } from '../../hub/clock.ts'

/** The machine's time of day, which schedules follow even where it is set anew or the machine slept. */
export const wallClock: Clock = { now: () => Date.now(), sleep: systemClock.sleep }
