import type { ValueType } from '../value-types.ts'

/** What the defaults of some settings depend on. */
export interface Platform {
  dataDirectory: string
}

export interface Setting<Value = unknown> {
  readonly env: string
  /** Other spellings of the variable, which take precedence. */
  readonly aliases?: readonly string[]
  /** Another variable, used when that one is not set. */
  readonly otherEnv?: string
  /** In commander's syntax; in camel case it is the setting's name. */
  readonly flag?: string
  readonly type: ValueType<Value>
  readonly default: Value | undefined | ((platform: Platform) => Value)
  /** The default in words, where the value alone would say less. */
  readonly defaultText?: string
  readonly help: string
  /**
   * Read from the environment, or from a file that `<env>_FILE` names, and never shown. It has no flag and no key in the
   * settings file: arguments are visible to every user of the machine, and settings files end up in version control.
   */
  readonly secret?: true
}
