import type { Role } from '@logbook/contracts/identity.ts'
import { type Answer, ask, type blogOf } from './blog.ts'

/** The cookies that an answer sets, as a browser would send them back. */
export const cookiesOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')

/** An owner's invitation to be an author, or to have another role. Resolves to its link. */
export const invite = async (
  blog: ReturnType<typeof blogOf>,
  email: string,
  role: Role = 'author',
): Promise<string> => {
  const invited = await blog.askAs<{ link: string }>('owner', '/accounts/invitations', {
    method: 'POST',
    body: { email, role },
  })
  return invited.json().link
}

/** Takes an invitation up under a name, and resolves to the header of the session. Rejects where that is refused. */
export const join = async (
  blog: ReturnType<typeof blogOf>,
  { email, name, role }: { email: string; name: string; role?: Role },
): Promise<{ Cookie: string }> => {
  const token = new URL(await invite(blog, email, role)).searchParams.get('token')
  const joined = await ask(`${blog.api}/accounts/invitations/accept`, {
    method: 'POST',
    body: { token, name, password: 'four words in a row' },
  })
  if (joined.status !== 201) throw new Error(`${joined.status} ${joined.text}`)
  return { Cookie: cookiesOf(joined) }
}
