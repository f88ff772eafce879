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

/** Reads a value, and then its server-sent events. The browser connects again by itself. */
export function useEventStream<Answer>({
  path,
  streamPath,
  event,
}: EventStreamOptions): Resource<Answer> & { isLive: boolean } {
  const first = useResource<Answer>(path)
  const [latest, setLatest] = useState<Answer | undefined>()
  const [isLive, setIsLive] = useState(false)
  useEffect(() => {
    const source = new EventSource(addressOf(streamPath))
    source.addEventListener('open', () => setIsLive(true))
    source.addEventListener('error', () => setIsLive(false))
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      setIsLive(true)
      setLatest(JSON.parse(data) as Answer)
    })
    return () => source.close()
  }, [streamPath, event])
  return { ...first, data: latest ?? first.data, isLive }
}
