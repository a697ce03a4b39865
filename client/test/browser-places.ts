import { mediumIds } from './fake-media.ts'
import { idOf } from './sample-blog.ts'

export const heron = '/posts/the-heron-stood-still'
/** A post with ten thousand comments. */
export const longThread = '/posts/notes-on-a-slow-camera'
/** Every kind of page. */
export const screens = [
  '/',
  heron,
  '/tags',
  '/tags/marsh',
  '/authors',
  '/authors/ada',
  '/archive',
  '/archive/2026-11',
  '/search',
  '/?asOf=900',
  `${heron}?asOf=900`,
  '/archive?asOf=900',
  '/?asOf=never',
  '/search?q=heron',
  longThread,
  '/posts/no-such-heron',
  '/write',
  `/write/${idOf(1)}`,
  `/write/${idOf(1)}/history`,
  `/drafts?delete=${idOf(90)}`,
  '/moderation',
  '/moderation/rules',
  '/media',
  '/media/queue',
  `/media/queue?state=failed&job=${mediumIds.broken}`,
  '/nothing',
  '/sign-in',
  '/sign-up',
  '/account?leave=1',
  '/settings',
  '/settings/media',
  '/notifications',
  '/notifications/preferences',
  '/subscribers',
  '/readers',
  `/newsletter/${idOf(1)}`,
  '/begin/import',
  `/people?erase=${idOf(402)}`,
  `/erasures/${idOf(401)}`,
]
