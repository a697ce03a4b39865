import type { ProblemBody } from '@logbook/contracts/problems.ts'

/** What became of a form that stays on its page. */
export interface FormAnswer {
  /** Which form of the page it was, where it has several. */
  intent: string
  /** What was done, in words. */
  done?: string
  /** Why nothing was done, in words. */
  problem?: string
  /** By field. */
  errors: Record<string, string>
  values: Record<string, string>
}

const inWords = (seconds: number): string => {
  if (seconds < 90) return 'in a minute'
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `in ${minutes} minutes` : `in ${Math.ceil(minutes / 60)} hours`
}

/** Why a form about an account was refused, in words for the person who sent it. `retryAfter` is in seconds. */
export const whyRefused = (
  problem: Pick<ProblemBody, 'code' | 'detail' | 'errors'>,
  retryAfter?: number,
): string => {
  // It came with the address of the page, and has no field in the form.
  const ofLink = problem.errors?.find(({ path }) => path === 'token')
  switch (problem.code) {
    case 'invalid':
      if (ofLink) return `The link ${ofLink.message}.`
      return problem.errors?.some(({ path }) => path !== '')
        ? 'Some fields are not valid; see below.'
        : (problem.detail ?? 'Some fields are not valid.')
    case 'too-many':
      return `Too many attempts. Try again ${inWords(retryAfter ?? 60)}.`
    case 'unavailable':
    case 'timeout':
      return 'The accounts service is not available. Nothing was changed; try again.'
    default:
      return problem.detail ?? 'The request was not accepted.'
  }
}
