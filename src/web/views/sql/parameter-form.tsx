import { Play } from 'lucide'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { navigate } from '../../navigation/location.ts'
import { UserText } from '../../text/user-text.tsx'
import { type ChosenQuery, type NamedQuery, queryPath } from './chosen-query.ts'

type Parameter = NamedQuery['parameters'][number]

const TYPE_HINTS: Readonly<Record<Parameter['type'], string>> = {
  list: 'separated by commas',
  text: '',
  day: 'a day such as 2026-11-01, or an age such as 30d',
  number: 'a whole number',
}

/** What an address can hold beside the rest. */
const MAX_LENGTH = 8_000

/** The parameters of a named query. Sending them shows the query with these values. */
export function ParameterForm({ chosen, runAgain }: { chosen: ChosenQuery; runAgain(): void }) {
  const { query, values, problem } = chosen
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = [...new FormData(event.currentTarget as HTMLFormElement)]
    const next = new Map(given.map(([name, text]) => [name, String(text).trim()] as const).filter(([, text]) => text !== ''))
    const isSame = next.size === values.size && [...next].every(([name, text]) => values.get(name) === text)
    if (isSame) runAgain()
    else navigate(queryPath(query.name, next))
  }
  return (
    <form class="card parameters" aria-label="Parameters" onSubmit={submit}>
      {query.parameters.map((parameter) => (
        <ParameterField key={parameter.name} parameter={parameter} value={values.get(parameter.name)} />
      ))}
      <button type="submit" class="button is-main">
        <Icon icon={Play} size={15} />
        Run with these
      </button>
      {problem !== undefined && (
        <div class="parameters-problem" role="alert">
          <Notice tone="bad">
            <UserText>{problem}</UserText>
          </Notice>
        </div>
      )}
    </form>
  )
}

function ParameterField({ parameter, value }: { parameter: Parameter; value: string | undefined }) {
  const { name, type, about, default: usual } = parameter
  const hints = [about, about.includes(TYPE_HINTS[type]) ? '' : TYPE_HINTS[type]].filter((hint) => hint !== '')
  return (
    <label class="parameter">
      <span class="mono">{name}</span>
      <input
        class="field"
        name={name}
        defaultValue={value ?? usual ?? ''}
        placeholder={usual}
        required={usual === undefined}
        maxLength={MAX_LENGTH}
        inputMode={type === 'number' ? 'numeric' : 'text'}
        autocomplete="off"
        spellcheck={false}
      />
      <span class="soft small">{hints.join('; ')}</span>
    </label>
  )
}
