import { useEffect, useState } from 'preact/hooks'
import { addressOf } from '../navigation/location.ts'
import { type Resource, useResource } from './use-resource.ts'

interface EventStreamOptions {
  /** Answers once with what the events hold: it is shown first, and says what is wrong if the stream fails. */
  path: string
  streamPath: string
  /** The name of the events. */
  event: string
}

const RETRY_MS = 5_000

/** Reads a value, and then its server-sent events. Connects again by itself. */
export function useEventStream<Answer>({
  path,
  streamPath,
  event,
}: EventStreamOptions): Resource<Answer> & { isLive: boolean } {
  const first = useResource<Answer>(path)
  const [latest, setLatest] = useState<Answer | undefined>()
  const [isLive, setIsLive] = useState(false)
  const [round, setRound] = useState(0)
  useEffect(() => {
    const source = new EventSource(addressOf(streamPath))
    let timer: ReturnType<typeof setTimeout> | undefined
    source.addEventListener('open', () => setIsLive(true))
    source.addEventListener('error', () => {
      setIsLive(false)
      // Browsers reconnect after a broken connection, but give up after an answer such as 503.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(() => setRound((count) => count + 1), RETRY_MS)
    })
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      setIsLive(true)
      setLatest(JSON.parse(data) as Answer)
    })
    return () => {
      clearTimeout(timer)
      source.close()
    }
  }, [streamPath, event, round])
  return { ...first, data: latest ?? first.data, isLive }
}
