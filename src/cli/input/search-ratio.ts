/** The ratio of `hubdex search --semantic` without a number: words and meaning count alike. */
export const DEFAULT_RATIO = 0.5
