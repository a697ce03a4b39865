import { beginSocial } from '../features/accounts/sign-in.server.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/sign-in-social'

/** A link and no form: what a form leads to is bound to this blog by the page's policy, and a provider's page is not. */
export const loader = ({ request, context, params: { provider } }: Route.LoaderArgs) =>
  beginSocial({ blog: context.get(blogContext), request, provider })
