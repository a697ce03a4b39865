import { useState } from 'react'

interface MoreProps {
  /** Where the same is without scripts. */
  href: string
  children: React.ReactNode
  /** False if it did not come. */
  onMore: () => Promise<boolean>
}

type State = 'idle' | 'loading' | 'failed'

const Failed = ({ state }: { state: State }) =>
  state === 'failed' ? <span role="alert">That did not come. Try again.</span> : null

/** A link to what is not here yet, which brings it here where scripts run. */
export const More = ({ href, children, onMore }: MoreProps) => {
  const [state, setState] = useState<State>('idle')
  // Once at a time.
  const load = async () => {
    if (state === 'loading') return
    setState('loading')
    setState((await onMore()) ? 'idle' : 'failed')
  }
  return (
    <span className="more">
      <a
        href={href}
        rel="nofollow"
        aria-busy={state === 'loading'}
        onClick={(event) => {
          event.preventDefault()
          void load()
        }}
      >
        {children}
      </a>
      <Failed state={state} />
    </span>
  )
}
