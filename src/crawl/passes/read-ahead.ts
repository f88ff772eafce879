/**
 * The same items, with the next one being fetched while the caller works on the present one. One ahead is enough to keep
 * both the network and the database busy, and bounds what is held in memory.
 *
 * The source is closed when the caller stops early.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]()
  let upcoming = iterator.next()
  try {
    for (;;) {
      const { done, value } = await upcoming
      if (done === true) return
      upcoming = iterator.next()
      // Its failure belongs to the moment when the caller asks for it, not to the process.
      upcoming.catch(() => undefined)
      yield value
    }
  } finally {
    void iterator.return?.()
  }
}
