import { redirect } from 'react-router'

/** Redirects to the page's current address, keeping the method. Not cached by browsers: a post may take an earlier address back. */
export const moved = (to: string): Response =>
  redirect(to, { status: 308, headers: { 'Cache-Control': 'no-cache' } })
