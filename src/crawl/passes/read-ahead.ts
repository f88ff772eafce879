/**
 * Yields the same items, and fetches the next one while the caller works on the current one. One item ahead keeps network and
 * database busy with little memory. Closes the source when the caller stops early.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]()
  let upcoming = iterator.next()
  try {
    for (;;) {
      const { done, value } = await upcoming
      if (done === true) return
      upcoming = iterator.next()
      // A failure is thrown when the caller asks for the item. Until then it must not count as unhandled.
      upcoming.catch(() => undefined)
      yield value
    }
  } finally {
    void iterator.return?.()
  }
}
