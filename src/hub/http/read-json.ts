import { BrokenAnswer } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import { parseJson } from '../parse-json.ts'
import { holdsMoreValues } from './answer-bounds.ts'
import type { Attempt } from './attempt.ts'
import { IS_THIS_A_HUB, traceOf } from './response-error.ts'
import { ASK_FOR_LESS, isUnpacked } from './transport/read-body.ts'
import type { Exchange } from './transport/transport.ts'

/** Reads the JSON answers of one server. */
export class JsonReader {
  #hasReadJson = false

  /** @throws BrokenAnswer when it is not JSON, is damaged, or holds too many values */
  read({ body, headers }: Exchange, { url, what }: Pick<Attempt, 'url' | 'what'>, maxValues: number): unknown {
    const details = traceOf(url, 200, headers)
    if (holdsMoreValues(body, maxValues)) {
      const count = (number: number): string => number.toLocaleString('en-US')
      throw new BrokenAnswer(
        `${what} was answered with JSON that holds more than ${count(maxValues)} values in ${count(body.length)} bytes.`,
        { ...details, isTooLarge: true, advice: ASK_FOR_LESS },
      )
    }
    const text = body.toString('utf8')
    try {
      const json = parseJson(text)
      this.#hasReadJson = true
      return json
    } catch (cause) {
      const encoding = headers['content-encoding']
      if (encoding !== undefined && !isUnpacked(encoding)) {
        const message = `${what} was answered with the encoding ${forMessage(encoding)}, expected gzip or br.`
        throw new BrokenAnswer(message, { ...details, advice: IS_THIS_A_HUB, cause })
      }
      const type = headers['content-type'] ?? 'no content type'
      const isDeclared = type.includes('json')
      const message = isDeclared
        ? `${what} was answered with JSON that is cut short or damaged (${text.length} characters).`
        : `${what} was answered with ${forMessage(type)}, expected JSON.`
      // A server that has sent JSON before is a Hub behind a proxy with a passing fault. One that never has is not a Hub: a
      // user with a mistyped address should learn that without waiting for retries.
      throw new BrokenAnswer(message, {
        ...details,
        isDamaged: isDeclared || this.#hasReadJson,
        advice: isDeclared ? 'Run it again.' : IS_THIS_A_HUB,
        cause,
      })
    }
  }
}
