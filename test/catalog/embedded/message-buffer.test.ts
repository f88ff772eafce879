import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageBuffer } from '../../../src/catalog/embedded/protocol/message-buffer.ts'
import { message } from '../../../src/catalog/embedded/protocol/wire.ts'

const aMessage = fc
  .tuple(fc.constantFrom('Q', 'P', 'S', 'd'), fc.uint8Array({ maxLength: 40_000 }))
  .map(([type, body]) => message(type, body))

describe('the buffer that splits a stream into messages', () => {
  test('returns each message unchanged, however the stream is split', () => {
    fc.assert(
      fc.property(
        fc.array(aMessage, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 50_000 })),
        (sent, sizes) => {
          const stream = Buffer.concat(sent)
          const buffer = new MessageBuffer()
          const received: Buffer[] = []
          for (let from = 0; from < stream.length; ) {
            const size = sizes.next().value ?? 1
            buffer.append(stream.subarray(from, from + size))
            from += size
            for (let next = buffer.next(); next !== undefined; next = buffer.next()) received.push(Buffer.from(next))
            if (size % 3 === 0) buffer.take()
          }
          expect(received).toEqual(sent)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('takes all messages stepped over, and leaves the beginning of the next', () => {
    const [first, second, third] = [message('Q', 'one'), message('Q', 'two'), message('Q', 'three')]
    const buffer = new MessageBuffer()
    buffer.append(Buffer.concat([first, second, third.subarray(0, 7)]))
    expect([buffer.next(), buffer.next(), buffer.next()]).toEqual([first, second, undefined])
    expect(Buffer.from(buffer.take())).toEqual(Buffer.concat([first, second]))
    expect(buffer.lengthBytes).toBe(7)
    buffer.append(third.subarray(7))
    expect(buffer.next()).toEqual(third)
  })

  test('refuses an invalid length', () => {
    const buffer = new MessageBuffer()
    buffer.append(Buffer.from([0x51, 0, 0, 0, 3, 0, 0, 0]))
    expect(() => buffer.next()).toThrow(RangeError)
  })
})
