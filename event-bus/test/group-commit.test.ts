import type { AppendOutcome, AppendRequest, LogStore } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { completeEvent as event } from '@logbook/chassis/testing/complete-event.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { type CommitBounds, createGroupCommit } from '@logbook/event-bus/log/group-commit.ts'
import { expect, it, vi } from 'vitest'

/** A log whose commits end when the test says so. */
const heldLog = () => {
  const log = memoryLog()
  const commits: { requests: readonly AppendRequest[]; end: (error?: Error) => void }[] = []
  const append: LogStore['append'] = (requests) =>
    new Promise<AppendOutcome[]>((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve(log.append(requests)))
      commits.push({ requests, end })
    })
  const commit = async (number: number) => {
    await vi.waitFor(() => expect(commits).toHaveLength(number))
    const found = commits[number - 1]
    if (!found) throw new Error(`no commit ${number}`)
    return found
  }
  return { store: { append }, log, commits, commit }
}

const start = (bounds: Partial<CommitBounds> = {}) => {
  const held = heldLog()
  const onCommit = vi.fn()
  const group = createGroupCommit({
    store: held.store,
    onCommit,
    bounds: { ...limits, ...bounds },
  })
  return { ...held, onCommit, group }
}

it('appends that arrive during a commit form the next one, together and in order', async () => {
  const { group, commit, log } = start()
  const first = group.append([[event({ subject: 'first' })]], 100)
  const running = await commit(1)
  const later = ['a', 'b', 'c'].map((subject) => group.append([[event({ subject })]], 100))
  running.end()
  await first
  const next = await commit(2)
  expect(next.requests.map(([each]) => each?.subject)).toEqual(['a', 'b', 'c'])
  next.end()
  await Promise.all(later)
  expect(log.head()).toBe(4)
})

it('appends are not answered before their commit has ended', async () => {
  const { group, commit, onCommit } = start()
  const answered = vi.fn()
  const appended = group.append([[event()]], 100).then(answered)
  const running = await commit(1)
  expect(answered).not.toHaveBeenCalled()
  expect(onCommit).not.toHaveBeenCalled()
  running.end()
  await appended
  await vi.waitFor(() => expect(onCommit).toHaveBeenCalledOnce())
})

it('each request gets its own outcomes', async () => {
  const { group, commit } = start()
  const one = group.append([[event({ subject: 'a' })], [event({ subject: 'a', expectedversion: 7 })]], 100)
  const two = group.append([[event({ subject: 'a', expectedversion: 1 })]], 100)
  ;(await commit(1)).end()
  expect((await one).map(({ kind }) => kind)).toEqual(['recorded', 'refused'])
  expect((await two).map(({ kind }) => kind)).toEqual(['recorded'])
})

it('appends are refused while too many events wait, and accepted again when there is room', async () => {
  const { group, commit } = start({ waitingEventsMax: 3 })
  const three = group.append([[event(), event(), event()]], 100)
  await expect(group.append([[event()]], 100)).rejects.toMatchObject({
    code: 'unavailable',
    details: { retryAfter: 1 },
  })
  const running = await commit(1)
  const one = group.append([[event()]], 100)
  running.end()
  ;(await commit(2)).end()
  expect((await Promise.all([three, one])).flat().map(({ kind }) => kind)).toEqual(['recorded', 'recorded'])
})

it('appends are refused while too many bytes wait', async () => {
  const { group } = start({ waitingBytesMax: 1_000 })
  void group.append([[event()]], 600)
  await expect(group.append([[event()]], 600)).rejects.toMatchObject({ code: 'unavailable' })
})

it('the size of a commit is bounded', async () => {
  const { group, commit } = start({ eventsPerCommitMax: 2 })
  for (const _ of [1, 2, 3]) void group.append([[event()]], 100)
  const first = await commit(1)
  expect(first.requests).toHaveLength(2)
  first.end()
  expect((await commit(2)).requests).toHaveLength(1)
})

it('a disk fault fails all appends that waited for it, and no later ones', async () => {
  const { group, commit, commits } = start()
  const failing = [group.append([[event()]], 100), group.append([[event()]], 100)]
  const settled = Promise.allSettled(failing)
  ;(await commit(1)).end(new Problem('unavailable'))
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(commits).toHaveLength(1)
  const next = group.append([[event()]], 100)
  ;(await commit(2)).end()
  expect((await next).map(({ kind }) => kind)).toEqual(['recorded'])
})

it('an append with an error of its own fails alone', async () => {
  const log = memoryLog()
  const append: LogStore['append'] = async (requests) => {
    if (requests.flat().some(({ subject }) => subject === 'poison')) throw new TypeError('choked')
    return log.append(requests)
  }
  const group = createGroupCommit({ store: { append }, onCommit: () => {} })
  const settled = await Promise.allSettled(
    ['a', 'poison', 'b'].map((subject) => group.append([[event({ subject })]], 100)),
  )
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(log.head()).toBe(2)
})

it('closing commits what waits and refuses later appends', async () => {
  const { group, commit, log } = start()
  const waiting = group.append([[event()]], 100)
  const closing = group.close()
  await expect(group.append([[event()]], 100)).rejects.toMatchObject({ code: 'unavailable' })
  ;(await commit(1)).end()
  await Promise.all([waiting, closing])
  expect(log.head()).toBe(1)
})
