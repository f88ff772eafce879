import { createHash } from 'node:crypto'
import { createDraw, type Draw } from '../generator/draw.ts'

/** Random numbers determined by a text, such as a hash. */
export function drawOf(text: string): Draw {
  return createDraw(createHash('sha256').update(text).digest().readInt32BE(0))
}

const WORDS = `a access adapted after all and annotated answers any are articles as assistant balanced base be before
  benchmark both by can card cleaned code collected contains context corpus data dataset documents each english
  evaluation every examples few filtered fine for from generation given human if images in inference input instruction
  is it its labels language large latency layers learning length license limits long low may memory metrics model more
  most multilingual no not of on one only open or other output over pairs parameters per performance please prompts
  public quality questions rate recipes released research results rows sample sampled score sentences several should
  small some source split steps such synthetic tasks test text than that the their these this to token tokens tools
  trained training translation tuned two under use used users uses version was we weights were when which with without
  words you`.split(/\s+/)

/** Sentences with about this many words in total. */
export function proseOf(draw: Draw, topic: number, words: number): string {
  const sentences: string[] = []
  for (let written = 0; written < words; ) {
    const length = 5 + Math.floor(14 * draw(written, topic))
    const text = Array.from({ length }, (_, word) => WORDS[Math.floor(WORDS.length * draw(written + word, topic + 1))])
    sentences.push(`${text.join(' ')}.`.replace(/^./, (first) => first.toUpperCase()))
    written += length
  }
  return sentences.join(' ')
}
