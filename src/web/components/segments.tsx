interface SegmentsProps<Value> {
  /** Names the group for screen readers. */
  label: string
  choices: readonly { value: Value; name: string }[]
  chosen: NoInfer<Value>
  choose(value: NoInfer<Value>): void
}

/** Buttons of which one is pressed. */
export function Segments<Value extends string>({ label, choices, chosen, choose }: SegmentsProps<Value>) {
  return (
    <fieldset class="segments" aria-label={label}>
      {choices.map(({ value, name }) => (
        <button key={value} type="button" class="button is-small" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {name}
        </button>
      ))}
    </fieldset>
  )
}
