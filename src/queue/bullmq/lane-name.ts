import type { Lane } from '../tasks.ts'

/** The name of a lane's queue, as dashboards show it. */
export function laneName(prefix: string, { name, budget }: Lane): string {
  return budget === undefined ? `${prefix}-${name}` : `${prefix}-${name}-${budget}`
}
