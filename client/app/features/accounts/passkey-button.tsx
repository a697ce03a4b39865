import { useState } from 'react'
import { Failed } from '../page/state.tsx'

/** Does something with a passkey, and says so if it did not work. Browsers without passkeys get no such button. */
export const PasskeyButton = ({
  run,
  onDone,
  children,
}: {
  run: () => Promise<string | undefined>
  onDone: () => void
  children: React.ReactNode
}) => {
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const press = async () => {
    if (isBusy) return
    setBusy(true)
    setProblem(undefined)
    const refused = 'PublicKeyCredential' in window ? await run() : 'This browser does not support passkeys.'
    setBusy(false)
    if (refused === undefined) onDone()
    else setProblem(refused)
  }
  return (
    <>
      <button
        type="button"
        className="button second scripted"
        aria-disabled={isBusy}
        onClick={() => void press()}
      >
        {children}
      </button>
      {problem === undefined ? null : <Failed>{problem}</Failed>}
    </>
  )
}
