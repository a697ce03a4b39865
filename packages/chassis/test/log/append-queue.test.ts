import { type AppendBounds, appendBounds, createAppendQueue } from '@logbook/chassis/log/append-queue.ts'
import { refusedByDisk } from '@logbook/chassis/log/problems.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { describe, expect, it, vi } from 'vitest'

const answerTo = (line: string) => ({
  status: 201,
  events: [{ id: line, position: 1, subject: 's', version: 1 }],
})
const linesOf = (body: string) => body.trimEnd().split('\n')
const answerAll = (body: string) =>
  linesOf(body)
    .map((line) => JSON.stringify(answerTo(line)))
    .join('\n')

/** A queue whose requests are answered by the given steps in turn, and then well. */
const queueOver = (
  steps: ((body: string) => string | Promise<string>)[],
  bounds: Partial<AppendBounds> = {},
) => {
  const bodies: string[][] = []
  const post = vi.fn(async (body: string) => {
    bodies.push(linesOf(body))
    return (steps[bodies.length - 1] ?? answerAll)(body)
  })
  return { bodies, ...createAppendQueue({ post, bounds: { ...appendBounds, ...bounds } }) }
}

const away = () => {
  throw new Problem('unavailable', { detail: 'gone' })
}

describe('merging', () => {
  it('sends what came at once in one request, and what came meanwhile in the next', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const { append, bodies } = queueOver([(body) => answered.then(() => answerAll(body))])
    const first = ['a', 'b'].map((line) => append(line))
    await vi.waitFor(() => expect(bodies).toHaveLength(1))
    const second = ['c', 'd', 'e'].map((line) => append(line))
    answer()
    await Promise.all([...first, ...second])
    expect(bodies).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ])
  })

  it('gives each append its own answer', async () => {
    const { append } = queueOver([])
    const answers = await Promise.all(['a', 'b', 'c'].map((line) => append(line)))
    expect(answers.map(([place]) => place?.id)).toEqual(['a', 'b', 'c'])
  })

  it('keeps a request within its lines and bytes, though one append may exceed the bytes alone', async () => {
    const { append, bodies } = queueOver([], { appendsPerRequestMax: 3, requestBytesMax: 10 })
    await Promise.all(
      ['1', '2', '3', '4', 'x'.repeat(20), 'y'.repeat(6), 'z'.repeat(5)].map((line) => append(line)),
    )
    expect(bodies.map((lines) => lines.map(({ length }) => length))).toEqual([[1, 1, 1], [1], [20], [6], [5]])
  })
})

describe('refusals', () => {
  it('reject their own append and are not tried again', async () => {
    const conflict = new Problem('version-conflict', { extensions: { actual: 4 } }).toBody()
    const { append, bodies } = queueOver([
      (body) =>
        linesOf(body)
          .map((line) => JSON.stringify(line === 'b' ? conflict : answerTo(line)))
          .join('\n'),
    ])
    const settled = await Promise.allSettled(['a', 'b', 'c'].map((line) => append(line)))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(settled[1]).toMatchObject({
      reason: { code: 'version-conflict', details: { extensions: { actual: 4 } } },
    })
    expect(bodies).toHaveLength(1)
  })

  it('of the whole request reject all of it, once', async () => {
    const { append, bodies } = queueOver([
      () => {
        throw new Problem('too-large')
      },
    ])
    const settled = await Promise.allSettled(['a', 'b'].map((line) => append(line)))
    expect(settled.map((each) => each.status === 'rejected' && each.reason.code)).toEqual([
      'too-large',
      'too-large',
    ])
    expect(bodies).toHaveLength(1)
  })
})

describe('retries', () => {
  it('send the same lines again, and let nothing overtake them', async () => {
    const { append, bodies } = queueOver([away, away])
    const first = append('a')
    await vi.waitFor(() => expect(bodies.length).toBeGreaterThan(0))
    await Promise.all([first, append('b')])
    expect(bodies).toEqual([['a'], ['a'], ['a'], ['b']])
  })

  it('send only the lines that were not answered for good', async () => {
    const unavailable = new Problem('unavailable').toBody()
    const { append, bodies } = queueOver([
      (body) =>
        linesOf(body)
          .map((line) => JSON.stringify(line === 'b' ? unavailable : answerTo(line)))
          .join('\n'),
    ])
    await Promise.all(['a', 'b', 'c'].map((line) => append(line)))
    expect(bodies).toEqual([['a', 'b', 'c'], ['b']])
  })

  it('follow an answer that is not the bus’s own', async () => {
    const { append, bodies } = queueOver([() => '<html>', () => '', () => '{"status":201}\n{"status":201}'])
    expect(await append('a')).toMatchObject([{ id: 'a' }])
    expect(bodies).toHaveLength(4)
  })

  it('wait as long as Retry-After says', async () => {
    const { append } = queueOver([
      () => {
        throw new Problem('unavailable', { retryAfter: 0.3 })
      },
    ])
    const begun = performance.now()
    await append('a')
    // A timer may ring a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(298)
  })

  it('of a disk without room are not tried again, and say why', async () => {
    const { append, bodies } = queueOver([
      () => {
        throw new Problem('unavailable', { detail: 'No room.', retryAfter: 1, extensions: refusedByDisk })
      },
    ])
    await expect(append('a')).rejects.toMatchObject({ details: { detail: 'No room.', retryAfter: 1 } })
    expect(bodies).toHaveLength(1)
    expect(await append('a')).toMatchObject([{ id: 'a' }])
  })

  it('end when the time is up, with unavailable and a time to come back', async () => {
    // On a clock of the test's own: a true timer that rings a moment early lets one more try in.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
    try {
      const { append, bodies } = queueOver(
        Array.from({ length: 99 }, () => away),
        { tryMsMax: 1_000 },
      )
      let failure: unknown
      append('a').catch((error: unknown) => {
        failure = error
      })
      await vi.waitFor(() => expect(failure).toBeDefined(), { timeout: 10_000 })
      expect(failure).toMatchObject({ code: 'unavailable', details: { retryAfter: 1 } })
      expect(bodies.length).toBeGreaterThan(1)
      expect(bodies.length).toBeLessThan(7)
    } finally {
      vi.useRealTimers()
    }
  })
})

it('turns appends away when too many wait', async () => {
  const { append } = queueOver([], { waitingAppendsMax: 2 })
  const settled = await Promise.allSettled(['a', 'b', 'c'].map((line) => append(line)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(settled[2]).toMatchObject({ reason: { code: 'unavailable', details: { retryAfter: 1 } } })
})

it('turns appends away when too many bytes wait', async () => {
  const { append } = queueOver([], { waitingBytesMax: 10 })
  const settled = await Promise.allSettled(['1234567', '1234567'].map((line) => append(line)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})
