import { type Answer, type Ask, ask } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'

interface AskNotifications extends Pick<Ask, 'request' | 'method' | 'body' | 'headers'> {
  blog: Blog
  path: string
}

/** Asks notifications on behalf of a browser. Never throws. */
export const askNotifications = <Body>({
  blog,
  path,
  ...question
}: AskNotifications): Promise<Answer<Body>> =>
  ask<Body>({ ...question, url: `${blog.urls.notifications}${path}` })
