const LONGEST = 100

/** What a value that was refused may not hold to be shown: it may be a secret that was meant for another setting. */
const SUSPICIOUS = [
  // Credentials of an address, its query, and what is escaped.
  /[@#?&%\\]/,
  // A colon with neither a port nor an address behind it.
  /:(?!\/\/|\d{1,5}(\/|"?$))/,
  /(pass|pwd|secret|token|key)\w*\s*=/i,
  // As tokens and keys look: prefixes, letters with digits among them, or long.
  /\b(hf|api|sk|pk|gh[a-z])_/i,
  /(?=[a-z_-]*\d)(?=[\d_-]*[a-z])[\w-]{8,}/i,
  /[\w+/-]{25,}/,
]

/** A refused value as it may stand in a message; undefined where it may be a secret. */
export function shownValue(value: unknown): string | undefined {
  const text = JSON.stringify(value) ?? ''
  return text.length > LONGEST || SUSPICIOUS.some((pattern) => pattern.test(text)) ? undefined : text
}
