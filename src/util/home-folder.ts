import { homedir } from 'node:os'

/** The home folder of this user. Undefined if HOME is empty, or not set for a user without an entry in the user database. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}
