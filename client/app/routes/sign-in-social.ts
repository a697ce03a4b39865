import { beginSocial } from '../features/accounts/sign-in.server.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/sign-in-social'

/** A link, not a form: the page's policy allows forms to this blog only, not to a provider. */
export const loader = ({ request, context, params: { provider } }: Route.LoaderArgs) =>
  beginSocial({ blog: context.get(blogContext), request, provider })
