import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nextPage } from '@logbook/contracts/http/answer-headers.ts'
import { headers } from '@logbook/contracts/http/headers.ts'
import { importOutcome } from '@logbook/contracts/http/imports.ts'
import { z } from 'zod'
import { limits } from './limits.ts'

interface Welcome {
  busUrl: string
  /** The operator's. */
  token: string
  postsUrl: string
  queryUrl: string
}

/** True if the log has ever held a post, even one that is deleted by now. */
const hadPosts = async ({ busUrl, token }: Pick<Welcome, 'busUrl' | 'token'>): Promise<boolean> => {
  let address = new URL('/events?types=PostCreated&limit=1', busUrl)
  for (let page = 0; page < limits.welcomePagesMax; page++) {
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
    if (!answer.ok) throw new Error(`the log answered ${answer.status}`)
    const events: unknown = await answer.json()
    if (!Array.isArray(events) || events.length > 0) return true
    const next = nextPage(answer.headers.get('Link'))
    if (next === undefined) return false
    address = new URL(next, busUrl)
  }
  return true
}

/** Waits, for a bounded time, until readers are shown all that the log holds now. */
const shown = async ({ busUrl, queryUrl }: Pick<Welcome, 'busUrl' | 'queryUrl'>): Promise<void> => {
  const health = await (await fetch(`${busUrl}/health`)).json()
  const { position } = z.looseObject({ position: z.int() }).parse(health)
  await fetch(`${queryUrl}/posts?limit=1`, {
    headers: { [headers.minPosition]: String(position), Prefer: `wait=${limits.welcomeShownSeconds}` },
  })
}

/**
 * Gives a blog that never had a post its first one, waits until readers see it, and resolves to whether it did. Its key makes
 * sure that there is never a second, also with concurrent requests.
 */
export const welcome = async ({ busUrl, token, postsUrl, queryUrl }: Welcome): Promise<boolean> => {
  if (await hadPosts({ busUrl, token })) return false
  const content = await readFile(join(import.meta.dirname, 'welcome.md'), 'utf8')
  const now = new Date().toISOString()
  const answer = await fetch(`${postsUrl}/imports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify([
      {
        key: 'logbook:welcome',
        title: 'Welcome to Logbook',
        slug: 'welcome',
        content,
        excerpt: null,
        tags: ['logbook'],
        kind: 'post',
        status: 'published',
        authorName: 'Logbook',
        createdAt: now,
        publishedAt: now,
      },
    ]),
  })
  if (!answer.ok) throw new Error(`posts answered ${answer.status}: ${await answer.text()}`)
  const [outcome] = importOutcome.array().parse(await answer.json())
  if (outcome?.outcome === 'refused') throw new Error(outcome.reason)
  await shown({ busUrl, queryUrl })
  return true
}
