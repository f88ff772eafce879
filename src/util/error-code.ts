/** The code of an error of the system (`ENOENT`), of Node or of a library; undefined where it has none that is a text. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
