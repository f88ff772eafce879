import type { AnswerOf } from '../../../server/api/route.ts'
import type { accessRoute } from '../../../server/api/status.ts'
import { useResource } from '../../api/use-resource.ts'
import { Notice } from '../../components/notice.tsx'

/** Says how to sign in where SQL needs the token of the operator. */
export function SignInNotice() {
  const { data } = useResource<AnswerOf<typeof accessRoute>>('/api/v1/access')
  if (data === undefined || data.canRunSql) return null
  return (
    <Notice tone="warn">
      On this server only its operator may run SQL.
      {data.signIn !== null && (
        <>
          {' '}
          <a href={`${data.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`}>Sign in</a> with the token.
        </>
      )}
    </Notice>
  )
}
