import type { ProblemBody } from '@logbook/contracts/problems.ts'

/** Why a post was not saved, in its author's words. */
export const whyNotSaved = ({ code, detail, errors }: ProblemBody): string => {
  if (errors && errors.length > 0)
    return errors.map(({ path, message }) => [path || 'The post', message].join(' ')).join('; ')
  switch (code) {
    case 'not-found':
    case 'gone':
      return 'This post has been deleted in the meantime. Your text is kept in this browser.'
    case 'unavailable':
    case 'timeout':
      return 'The posts service is not available. Your text is kept; try again.'
    default:
      return detail ?? 'It was not accepted. Your text is kept; try again.'
  }
}
