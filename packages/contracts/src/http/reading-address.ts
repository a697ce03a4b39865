const paths =
  /^\/(?:posts\/[^/]+|(?:tags|authors)(?:\/[^/]+)?|archive(?:\/[^/]+)?|digest(?:\/\d{4}-w\d{2})?)?$/
/** Which part of a list or of a thread is shown. */
const parameters: ReadonlySet<string> = new Set(['cursor', 'sort', 'comments', 'comment', 'replies', 'from'])

const tracking = /^(?:utm_\w+|fbclid|gclid|mc_[ce]id|msclkid|igshid)$/

/** An address of a page without what other sites add to it to follow their readers. Nothing here depends on that. */
export const withoutTracking = (url: string): string => {
  const at = url.indexOf('?')
  if (at < 0) return url
  const kept = url
    .slice(at + 1)
    .split('&')
    .filter((each) => !tracking.test(each.split('=', 1)[0] ?? ''))
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join('&')}`
}

/**
 * True for the address of a page that readers without an account all see alike: nothing but the address, the theme and the state of
 * query's view decides it. The past, and what was said by the form before, are none.
 */
export const isReadingAddress = (url: string): boolean => {
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  return (
    paths.test(path) &&
    (at < 0 || [...new URLSearchParams(url.slice(at)).keys()].every((name) => parameters.has(name)))
  )
}
