/** Model size classes, smallest first. Lower bounds are inclusive, upper bounds exclusive. */
export const PARAMETER_CLASSES = ['<1B', '1B-3B', '3B-7B', '7B-13B', '13B-34B', '34B-70B', '70B+'] as const

export type ParameterClass = (typeof PARAMETER_CLASSES)[number]

const BILLION = 1e9
const UPPER_BOUNDS = [1, 3, 7, 13, 34, 70].map((billions) => billions * BILLION)

/** The size class for a number of parameters; null if that is unknown. */
export function parameterClassOf(parameters: number | null): ParameterClass | null {
  if (parameters === null) return null
  const index = UPPER_BOUNDS.findIndex((bound) => parameters < bound)
  return PARAMETER_CLASSES.at(index) ?? null
}
