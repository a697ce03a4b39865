import './media.css'
import { useId, useRef, useState } from 'react'
import type { useArrivals } from './use-arrivals.ts'

/** Of the button that adds files. */
export const addFilesId = 'add-files'

/** A whole address; undefined for what is none. `https://` may be left out. */
const addressOf = (typed: string): string | undefined => {
  const hasScheme = /^https?:\/\//i.test(typed)
  const address = hasScheme ? typed : `https://${typed}`
  const isHost = hasScheme || /^[^\s/:@]+\.[^\s/:@]+(?:[/:]|$)/.test(typed)
  return isHost && URL.canParse(address) ? address : undefined
}

const LinkField = ({ onLink }: { onLink: (url: string) => void }) => {
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const wrongId = useId()
  const fetchIt = () => {
    const address = addressOf(typed.trim())
    setWrong(address === undefined)
    field.current?.focus()
    if (address === undefined) return
    onLink(address)
    setTyped('')
  }
  return (
    <>
      <span className="by-link">
        <input
          ref={field}
          dir="ltr"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          aria-label="Address of a picture or file"
          aria-invalid={isWrong}
          aria-describedby={isWrong ? wrongId : undefined}
          placeholder="https://…"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setWrong(false)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
            event.preventDefault()
            fetchIt()
          }}
        />
        <button type="button" className="plain" onClick={fetchIt}>
          Fetch
        </button>
      </span>
      {isWrong ? (
        <span className="hint" id={wrongId} data-kind="rejected" role="alert">
          Type the address of a picture or file, such as https://example.org/heron.jpg.
        </span>
      ) : null}
    </>
  )
}

/** Where files are brought: chosen, by link, or by paste and drop on what is around it. */
export const MediaDesk = ({ arrivals }: { arrivals: ReturnType<typeof useArrivals> }) => {
  const chooser = useRef<HTMLInputElement>(null)
  return (
    <section className="media-desk scripted" aria-label="Pictures and files">
      <p className="media-ways">
        <button
          type="button"
          id={addFilesId}
          className="button second"
          onClick={() => chooser.current?.click()}
        >
          Add pictures or files
        </button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          onChange={({ target }) => {
            arrivals.addFiles([...(target.files ?? [])])
            target.value = ''
          }}
        />
        <span className="hint">or paste or drop them here, or by link:</span>
        <LinkField onLink={arrivals.addLink} />
      </p>
    </section>
  )
}
