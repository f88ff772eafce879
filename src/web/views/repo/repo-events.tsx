import type { repoEventsRoute } from '../../../server/api/events.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { EventText } from '../../components/event-text.tsx'
import { Pending } from '../../components/pending.tsx'
import { addressOf } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import { Day } from '../../text/time.tsx'
import { apiPath, type Repo } from './repo.ts'

const MAX_EVENTS = 30

/** What happened to a repo, newest first. */
export function RepoEvents({ repo }: { repo: Repo }) {
  const events = useResource<AnswerOf<typeof repoEventsRoute>>(`${apiPath(repo)}/events`)
  return (
    <section class="card" aria-labelledby="events">
      <div class="card-head">
        <h2 id="events">What happened</h2>
        <a class="small" href={addressOf(withQuery('/feeds/events.atom', { id: repo.hubId }))}>
          Feed
        </a>
      </div>
      {events.data === undefined ? (
        <Pending resource={events} what="events" />
      ) : events.data.events.length === 0 ? (
        <p class="soft">Nothing has happened since the repo appeared in the catalog.</p>
      ) : (
        <ol class="event-lines">
          {events.data.events.slice(0, MAX_EVENTS).map((event) => (
            <li key={`${event.event} ${event.happenedAt}`}>
              <span class="soft small number">
                <Day at={event.happenedAt} />
              </span>
              <span>
                <EventText event={event} id={repo.id} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
