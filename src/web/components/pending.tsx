import type { Resource } from '../api/use-resource.ts'
import { ErrorMessage, Loading } from './message.tsx'

/** What a section shows until its answer arrives, or if that fails. */
export function Pending({ resource, what, rows = 2 }: { resource: Resource<unknown>; what: string; rows?: number }) {
  if (resource.error !== undefined) return <ErrorMessage error={resource.error} retry={resource.reload} isInline />
  return <Loading what={what} rows={rows} />
}
