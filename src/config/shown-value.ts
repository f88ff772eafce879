const LONGEST = 100

/** Patterns that a refused value must not match to be shown: it may be a secret that was meant for another setting. */
const SUSPICIOUS = [
  // Credentials or the query of an address, and escapes.
  /[@#?&%\\]/,
  // A colon that is followed by neither a port nor `//`.
  /:(?!\/\/|\d{1,5}(\/|"?$))/,
  /(pass|pwd|secret|token|key)\w*\s*=/i,
  // Shapes of tokens and keys: prefixes, letters mixed with digits, or long words.
  /\b(hf|api|sk|pk|gh[a-z])_/i,
  /(?=[a-z_-]*\d)(?=[\d_-]*[a-z])[\w-]{8,}/i,
  /[\w+/-]{25,}/,
]

/** A refused value for a message; undefined when it may be a secret. */
export function shownValue(value: unknown): string | undefined {
  const text = JSON.stringify(value) ?? ''
  return text.length > LONGEST || SUSPICIOUS.some((pattern) => pattern.test(text)) ? undefined : text
}
