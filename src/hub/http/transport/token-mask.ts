/** Shorter tokens, mostly those of test servers, are words that also occur in honest answers. */
const SHORTEST_SECRET = 10

/** Hides the token in what a server sends, so that an echoed token is never stored or shown. */
export class TokenMask {
  readonly #forms: readonly string[]
  /** The forms that are searched for in bodies. */
  readonly #secrets: readonly string[]

  constructor(token: string | undefined) {
    this.#forms = token === undefined ? [] : formsOf(token)
    this.#secrets = this.#forms.filter((form) => form.length >= SHORTEST_SECRET)
  }

  /** For text that may become part of a message. */
  text(text: string): string {
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, '[token]'), text)
  }

  /** Changes the bytes in place and keeps their number, so that ranges and the structure of files stay valid. */
  bytes(bytes: Buffer): Buffer {
    for (const form of this.#secrets) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + form.length)) {
        bytes.write('[token]'.padEnd(form.length, '*').slice(0, form.length), at, 'latin1')
      }
    }
    return bytes
  }

  /** For JSON text, in which any character of the token may be escaped. */
  json(json: Buffer): Buffer {
    const masked = this.bytes(json)
    if (this.#secrets.length === 0 || !masked.includes('\\u00')) return masked
    const plain = Buffer.from(unescaped(masked.toString('utf8')))
    return this.#secrets.some((form) => plain.includes(form)) ? this.bytes(plain) : masked
  }
}

/** The token as it is, in a JSON string, and in a URL. */
function formsOf(token: string): string[] {
  const inJson = JSON.stringify(token).slice(1, -1)
  return [...new Set([token, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(token)])]
}

/** The same JSON with printable ASCII unescaped, except for the two characters that must be escaped. */
function unescaped(json: string): string {
  return json.replace(/\\(?:u00([2-7][\da-f])|.)/gis, (whole, code: string | undefined) => {
    const character = code === undefined ? '"' : String.fromCharCode(Number.parseInt(code, 16))
    return character === '"' || character === '\\' ? whole : character
  })
}
