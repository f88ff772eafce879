/** The code of a system error (`ENOENT`) or of an error from Node or a library; undefined without a string code. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
