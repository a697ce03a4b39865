import { ownPage } from '@logbook/contracts/http/address.ts'
import { redirect } from 'react-router'
import { isTheme, themeCookie } from '../features/page/theme.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/theme'

const backTo = (request: Request): string => {
  const referer = request.headers.get('Referer')
  if (referer === null || !URL.canParse(referer)) return '/'
  const { pathname, search } = new URL(referer)
  return ownPage(pathname + search)
}

/** The ◐ without JavaScript. */
export const action = async ({ request }: Route.ActionArgs) => {
  const wanted = (await readForm(request)).get('theme')
  return redirect(backTo(request), { headers: isTheme(wanted) ? { 'Set-Cookie': themeCookie(wanted) } : {} })
}

export const loader = () => redirect('/')
