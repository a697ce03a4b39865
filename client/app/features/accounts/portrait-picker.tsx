import { useEffect, useRef, useState } from 'react'
import { Refusal } from '../media/api.ts'
import { pastedFiles, useDropping } from '../media/use-dropping.ts'
import { Failed } from '../page/state.tsx'
import { NotReady, type Square, sendPortrait, squareOf } from './send-portrait.ts'

type Step = 'choosing' | 'sending' | 'making' | 'saving'

const words: Readonly<Record<Step, string>> = {
  choosing: 'This is how it will look. It is public once you use it.',
  sending: 'Sending the picture …',
  making: 'The picture is being prepared …',
  saving: 'Saving …',
}

const noPicture = 'This browser can not open that file as a picture. Choose a JPEG, PNG or WebP picture.'

const problemOf = (error: unknown): string => {
  if (error instanceof Refusal || error instanceof NotReady) return error.message
  return 'The picture could not be sent: there is no connection, or it is too slow. Try again.'
}

/** What was chosen, and what becomes of it. */
const usePicked = (onReady: (address: string) => Promise<void>) => {
  const [square, setSquare] = useState<Square>()
  const [step, setStep] = useState<Step>('choosing')
  const [problem, setProblem] = useState<string>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const cancel = () => {
    stop.current?.abort()
    setSquare(undefined)
    setStep('choosing')
  }
  const pick = async ([file]: readonly File[]) => {
    if (file === undefined) return
    cancel()
    const picked = await squareOf(file).catch(() => undefined)
    setSquare(picked)
    setProblem(picked === undefined ? noPicture : undefined)
  }
  const use = async ({ bytes }: Square) => {
    stop.current = new AbortController()
    const { signal } = stop.current
    setProblem(undefined)
    setStep('sending')
    try {
      const address = await sendPortrait(bytes, { signal, onSent: () => setStep('making') })
      setStep('saving')
      await onReady(address)
      setSquare(undefined)
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error))
    }
    if (!signal.aborted) setStep('choosing')
  }
  return { square, step, problem, cancel, pick, use }
}

const Picked = ({ picked, onDone }: { picked: ReturnType<typeof usePicked>; onDone: () => void }) => {
  const { square, step, cancel, use } = picked
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (square) place.current?.scrollIntoView({ block: 'nearest' })
  }, [square])
  if (square === undefined) return null
  const isBusy = step !== 'choosing'
  return (
    <div ref={place} className="portrait-picked">
      <img src={square.preview} alt="How it will look" width="96" height="96" />
      <div>
        <p className="hint" role="status">
          {words[step]}
        </p>
        {isBusy ? <progress aria-label="Progress of your picture" /> : null}
        <p className="form-row">
          {isBusy ? null : (
            <button type="button" className="button" onClick={() => void use(square).then(onDone)}>
              Use this picture
            </button>
          )}
          <button
            type="button"
            className="plain"
            onClick={() => {
              cancel()
              onDone()
            }}
          >
            Cancel
          </button>
        </p>
      </div>
    </div>
  )
}

/** Takes a picture by button, drop or paste, shows what it will look like, and sends it. `onReady` gets its address. */
export const PortraitPicker = ({ onReady }: { onReady: (address: string) => Promise<void> }) => {
  const picked = usePicked(onReady)
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const pick = useRef(picked.pick)
  pick.current = picked.pick
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = pastedFiles(event)
      if (files.length === 0) return
      event.preventDefault()
      void pick.current(files)
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [])
  return (
    <div className="portrait-picker scripted" {...useDropping((files) => void picked.pick(files))}>
      <p className="form-row">
        <button ref={button} type="button" className="button second" onClick={() => input.current?.click()}>
          Choose a picture
        </button>
        <input
          ref={input}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif,image/avif"
          hidden
          onChange={({ target }) => {
            void picked.pick([...(target.files ?? [])])
            target.value = ''
          }}
        />
        <span className="hint">or paste or drop one here. Only a square of its middle is kept.</span>
      </p>
      {picked.problem === undefined ? null : <Failed>{picked.problem}</Failed>}
      <Picked picked={picked} onDone={() => button.current?.focus()} />
    </div>
  )
}
