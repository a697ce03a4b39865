import { redirect } from 'react-router'

/** Leads on to the address that a page has now, and keeps the method. Not remembered by browsers: a post may take an earlier address back. */
export const moved = (to: string): Response =>
  redirect(to, { status: 308, headers: { 'Cache-Control': 'no-cache' } })
