import { redirect } from 'react-router'
import { signOut } from '../features/accounts/sign-in.server.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/sign-out'

export const action = ({ request, context }: Route.ActionArgs) =>
  signOut({ blog: context.get(blogContext), request })

export const loader = () => redirect('/')
