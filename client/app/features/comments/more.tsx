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

/** Brings what is not here, once at a time. */
const useLoading = (onMore: () => Promise<boolean>) => {
  const [state, setState] = useState<State>('idle')
  const load = async () => {
    if (state === 'loading') return
    setState('loading')
    setState((await onMore()) ? 'idle' : 'failed')
  }
  return { state, load }
}

/** Brings all that is not here, where scripts run. */
export const All = ({ children, onMore }: Omit<MoreProps, 'href'>) => {
  const { state, load } = useLoading(onMore)
  return (
    <span className="more scripted">
      <button type="button" className="plain" aria-busy={state === 'loading'} onClick={() => void load()}>
        {children}
      </button>
      <Failed state={state} />
    </span>
  )
}

/** A link to what is not here yet, which brings it here where scripts run. */
export const More = ({ href, children, onMore }: MoreProps) => {
  const { state, load } = useLoading(onMore)
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
