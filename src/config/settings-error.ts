/** The settings cannot be used. Nothing has been done yet; the command ends with exit code 2. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  /** One or two sentences each: the setting, what was found, what was expected. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.problems = problems
  }
}
