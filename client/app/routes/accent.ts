import { data } from 'react-router'
import { accentStyles } from '../features/page/accent.ts'
import type { Route } from './+types/accent'

const secondsInYear = 31_536_000

/** A colour as a stylesheet: pages may have no styles but files. Its address says all that is in it. */
export const loader = ({ params }: Route.LoaderArgs) => {
  const styles = accentStyles(params)
  if (styles === undefined) throw data(null, { status: 404 })
  return new Response(styles, {
    headers: {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': `public, max-age=${secondsInYear}, immutable`,
    },
  })
}
