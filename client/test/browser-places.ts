import { existsSync } from 'node:fs'
import { idOf } from './sample-blog.ts'

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
export const executablePath = places.find((place) => place !== undefined && existsSync(place))
export const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
export const heron = '/posts/the-heron-stood-still'
/** A post with ten thousand comments. */
export const longThread = '/posts/notes-on-a-slow-camera'
/** Every kind of page. */
export const screens = [
  '/',
  heron,
  '/tags',
  '/tags/marsh',
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
  '/nothing',
  '/sign-in',
  '/sign-up',
  '/account?leave=1',
  `/people?erase=${idOf(402)}`,
  `/erasures/${idOf(401)}`,
]
