import type { ThreadComment } from '@logbook/contracts/http/query.ts'
import { describe, expect, it } from 'vitest'
import { wholeThread } from '../app/features/posts/whole-thread.server.ts'

const comment = (id: string, more: string | null = null) => ({ id, more }) as ThreadComment

describe('a thread that is read to its end', () => {
  it('a whole thread has each comment once, with all replies and the threads after the first page', async () => {
    const asked: string[] = []
    const pages: Record<string, { comments: ThreadComment[]; next: string | null }> = {
      'a 5': { comments: [comment('a6'), comment('a7', 'deep')], next: '7' },
      'a 7': { comments: [comment('a8')], next: null },
      'a7 deep': { comments: [comment('a71')], next: null },
      'null 50': { comments: [comment('b'), comment('a')], next: '100' },
      'null 100': { comments: [comment('c')], next: null },
    }
    const { comments, next } = await wholeThread({
      first: { comments: [comment('a', '5')], next: '50' },
      ask: async ({ parentId, cursor }) => {
        asked.push(`${parentId} ${cursor}`)
        return pages[`${parentId} ${cursor}`] ?? { comments: [], next: null }
      },
    })
    expect(comments.map(({ id }) => id).sort()).toEqual(['a', 'a6', 'a7', 'a71', 'a8', 'b', 'c'])
    expect(comments.filter(({ more }) => more !== null)).toEqual([])
    expect([next, asked.length]).toEqual([null, 5])
  })

  it('a whole thread ends after a bounded number of pages, and links to the rest', async () => {
    let asked = 0
    const { comments, next } = await wholeThread({
      first: { comments: [], next: '0' },
      ask: async () => {
        asked += 1
        return { comments: [comment(String(asked))], next: String(asked) }
      },
    })
    expect([asked, comments.length, next]).toEqual([40, 40, '40'])
  })
})
