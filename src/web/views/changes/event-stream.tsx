import type { eventsRoute } from '../../../server/api/events.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { usePages } from '../../api/use-pages.ts'
import { EventText } from '../../components/event-text.tsx'
import { KindLabel } from '../../components/kind-label.tsx'
import { Message } from '../../components/message.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Pending } from '../../components/pending.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath, withQuery } from '../../navigation/paths.ts'
import { dayText, instantText } from '../../text/time.tsx'
import { shortened, UserText } from '../../text/user-text.tsx'
import { type EventFilters, eventParameters } from './event-filters.ts'

type EventsAnswer = AnswerOf<typeof eventsRoute>
type StreamedEvent = EventsAnswer['events'][number]

const PAGE_SIZE = 60

/** The events, grouped by day. */
export function EventStream({ filters }: { filters: EventFilters }) {
  const pages = usePages<EventsAnswer>((cursor) =>
    withQuery('/api/v1/events', { ...eventParameters(filters), limit: PAGE_SIZE, cursor }),
  )
  if (pages.first.data === undefined) return <Pending resource={pages.first} what="changes" rows={6} />
  const events = pages.all.flatMap((page) => page.events)
  if (events.length === 0) {
    return (
      <Message title="Nothing changed">
        <p>The catalog has no change that fits these filters. New ones appear here as crawls notice them.</p>
      </Message>
    )
  }
  return (
    <>
      {[...Map.groupBy(events, ({ happenedAt }) => happenedAt.slice(0, 10))].map(([day, ofDay]) => (
        <section key={day} class="change-day" aria-label={dayText(day)}>
          <h2>{dayText(day)}</h2>
          <ol>
            {ofDay.map((event, index) => (
              <li key={`${event.hubId} ${event.event} ${event.happenedAt} ${index}`} class="change">
                <EventLine event={event} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      <MoreButton pages={pages} label={`Show ${PAGE_SIZE} more`} />
    </>
  )
}

function EventLine({ event }: { event: StreamedEvent }) {
  return (
    <>
      <time class="soft small change-time" dateTime={event.happenedAt} title={instantText(event.happenedAt)}>
        {event.happenedAt.slice(11, 16)}
      </time>
      <KindLabel kind={event.kind} />
      <Link to={repoPath(event)} class="change-name">
        <UserText>{shortened(event.id, 120)}</UserText>
      </Link>
      <span class="change-what">
        <EventText event={event} id={event.id} />
      </span>
    </>
  )
}
