import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { SignInOptions } from '@logbook/contracts/http/account-answers.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'

const nothingKnown: SignInOptions = {
  ...{ password: true, passkeys: true, social: [], signUp: 'open' },
  mail: true,
}

/** Which ways in there are, and whether the blog sends mail. Accounts being away is said by the form itself, once it is sent. */
export const loadOptions = async (asking: { blog: Blog; request: Request }): Promise<SignInOptions> => {
  const answer = await call(accountEndpoints, 'GET /sign-in-options', asking)
  return answer.ok ? answer.body : nothingKnown
}

/** What is said where a link is under way: by mail, or, where the blog sends none, by the owner's hand. */
export const wordsOf = ({ mail }: Pick<SignInOptions, 'mail'>) =>
  mail
    ? {
        signedUp: 'Almost done: we have sent you a mail. Open the link in it to confirm your address.',
        notConfirmed: 'Confirm your address first: a new mail with the link is on its way.',
        resetAsked: 'If there is an account for that address, a mail with a link is on its way.',
        addressAsked:
          'We have sent a link to the new address. Open it where you are signed in; until then nothing changes.',
        invited: (email: string) => `A mail is on its way to ${email}.`,
      }
    : {
        signedUp:
          'Almost done: this blog sends no mail, so its owner confirms new accounts. Ask them, then sign in.',
        notConfirmed: 'The owner of this blog has not confirmed your account yet. Ask them, then sign in.',
        resetAsked:
          'This blog sends no mail. If there is an account for that address, the owner of the blog can create a link for you on the page People. The operator also finds one in the outbox folder.',
        addressAsked:
          'This blog sends no mail. The link that confirms the new address is in the outbox folder: ask the operator for it.',
        invited: (email: string) => `This blog sends no mail: send the link below to ${email} yourself.`,
      }
