import { useEffect, useRef, useState } from 'preact/hooks'
import type { CreatedEditor, Schema } from './create-editor.ts'

interface SqlEditorProps {
  value: string
  /** A text that replaces the one in the editor; a new object each time. */
  given: { text: string }
  schema: Schema
  onChange(value: string): void
  /** On Ctrl+Enter. */
  onRun(): void
}

/** The editor; until it is loaded, or if it cannot be, a plain field. */
export function SqlEditor({ value, given, schema, onChange, onRun }: SqlEditorProps) {
  const element = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<CreatedEditor | undefined>()
  const latest = useRef({ value, onChange, onRun })
  latest.current = { value, onChange, onRun }
  useEffect(() => {
    let created: CreatedEditor | undefined
    let isGone = false
    import('./create-editor.ts').then(
      ({ createEditor }) => {
        if (isGone || element.current === null) return
        created = createEditor(element.current, {
          value: latest.current.value,
          onChange: (text) => latest.current.onChange(text),
          onRun: () => latest.current.onRun(),
        })
        setEditor(created)
      },
      () => undefined,
    )
    return () => {
      isGone = true
      created?.remove()
    }
  }, [])
  useEffect(() => editor?.setSchema(schema), [editor, schema])
  // Not `value`, which is behind while one types.
  useEffect(() => editor?.setValue(given.text), [editor, given])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onRun()
  }
  return (
    <div class="sql-editor">
      <div ref={element} />
      {editor === undefined && (
        <textarea
          aria-label="SQL query"
          spellcheck={false}
          rows={8}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  )
}
