import { callers } from '@logbook/chassis/testing/access.ts'
import {
  commentCreated,
  commentDeleted,
  commentEdited,
  commentUpdated,
  exampleCommentId,
  exampleVoterId,
} from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import { commentHistoryEntry } from '@logbook/contracts/http/history.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf, tokens } from './booted.ts'

describe('the history of a comment', () => {
  it('the history of a comment lists facts with their effects, tells the reasons to its writer and moderators alone, and quotes no text', async () => {
    const { http, bus, settled, store } = await booted(commentCreated({ content: 'a secret text' }))
    const append = async (id: string, { type, subject, source, data }: ReturnType<typeof commentModerated>) =>
      bus.append([{ id, type, subject, source, data }])
    await append(
      'held',
      commentModerated({
        status: 'pending',
        reason: '3 links',
        by: { kind: 'rule', rule: 'few-links', rulesVersion: 12 },
      }),
    )
    const held = commentUpdated({ status: 'pending', reason: '3 links', cause: 'held' })
    await bus.append([{ ...held, id: 'u1', expectedversion: 'any' } as never])
    await append(
      'approved',
      commentModerated({ by: { kind: 'person', id: idOf(9), name: 'A secret name' }, reason: 'fine' }),
    )
    const approved = commentUpdated({ status: 'approved', cause: 'approved' })
    await bus.append([{ ...approved, id: 'u2', expectedversion: 'any' } as never])
    const edited = commentEdited({ content: 'another secret' })
    await bus.append([{ ...edited, id: 'edited', expectedversion: 'any' } as never])
    await append('late', commentModerated({ status: 'rejected' }))
    await settled(store.head)

    const read = async (caller: Caller) => {
      const authorization = (await tokens.header(caller)) ?? ''
      const { body, text } = await http
        .get(`/comments/${exampleCommentId}/history`)
        .set(authorization === '' ? {} : { authorization })
      expect(text).not.toContain('secret')
      return commentHistoryEntry.array().parse(body)
    }
    const entries = await read(callers.moderator)
    expect(await read({ kind: 'guest', id: exampleVoterId })).toEqual(entries)
    expect(entries.map(({ says, status }) => [says, status])).toEqual([
      ['Written, and waits for a verdict', 'pending'],
      ['Held by rule few-links v12: 3 links (text 1)', 'pending'],
      ['Approved by a moderator: fine (text 1)', 'approved'],
      ['Edited by its author, to text 2', null],
      ['Rejected since no rule of v0 spoke against it (text 1)', null],
    ])
    const publicly = [
      'Written, and waits for a verdict',
      'Held by a rule (text 1)',
      'Approved by a moderator (text 1)',
      'Edited by its author, to text 2',
      'Rejected since no rule of v0 spoke against it (text 1)',
    ]
    for (const caller of [callers.nobody, callers.guest, callers.reader, callers.author])
      expect((await read(caller)).map(({ says }) => says)).toEqual(publicly)
  })

  it('the history of a comment says whether its writer or a moderator deleted it, as far as recorded, without names', async () => {
    const { http, bus, settled, store } = await booted(commentCreated())
    const facts = [
      commentDeleted({ by: 'moderator' }),
      commentDeleted({ by: 'author' }),
      commentDeleted({ by: null }),
    ]
    for (const [index, { type, subject, source, data, dataversion }] of facts.entries())
      await bus.append([{ id: `deleted-${index}`, type, subject, source, data, dataversion }])
    await settled(store.head)
    const { body } = await http.get(`/comments/${exampleCommentId}/history`)
    expect(body.slice(1).map(({ says }: { says: string }) => says)).toEqual([
      'Deleted by a moderator',
      'Deleted by its author',
      'Deleted',
    ])
  })

  it('the history of an unknown comment is 404', async () => {
    const { http } = await booted()
    expect((await http.get(`/comments/${idOf(1)}/history`)).status).toBe(404)
    expect((await http.get('/comments/x/history')).status).toBe(404)
  })
})
