import { useState } from 'react'

interface MoreProps {
  /** Where the same is without scripts. */
  href: string
  children: React.ReactNode
  /** False if it did not come. */
  onMore: () => Promise<boolean>
}

/** A link to what is not here yet, which brings it here where scripts run. */
export const More = ({ href, children, onMore }: MoreProps) => {
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const load = async (event: React.MouseEvent) => {
    event.preventDefault()
    if (state === 'loading') return
    setState('loading')
    setState((await onMore()) ? 'idle' : 'failed')
  }
  return (
    <span className="more">
      <a href={href} rel="nofollow" onClick={load} aria-busy={state === 'loading'}>
        {children}
      </a>
      {state === 'failed' ? <span role="alert">That did not come. Try again.</span> : null}
    </span>
  )
}
