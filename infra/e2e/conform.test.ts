import { isLong } from '@logbook/chassis/testing/cases.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleHistory, slugOf } from '../conform/history.ts'
import { reportOf } from '../conform/report.ts'
import { type ConformOptions, runConformance } from '../conform/run.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const posts = 4
const history = sampleHistory({ posts, commentsPerPost: 10 })
const common = { history, kills: isLong ? 4 : 2, seed: 11, positionPath: '/health', settleSeconds: 60 }

const conform = (options: Pick<ConformOptions, 'command' | 'reads' | 'file'> & Partial<ConformOptions>) =>
  runConformance({ ...common, ...options })

describe('a service shows the same with and without faults', () => {
  // What services append is sealed with the keys of people, which only accounts has.
  let keys: Logbook
  beforeAll(async () => {
    keys = await sharedLogbook()
  })

  it.each<[string, { reads: string[]; writes: number }]>([
    [
      'query',
      {
        reads: ['/posts', '/tags', ...Array.from({ length: posts }, (_, n) => `/posts/${slugOf(n)}`)],
        writes: 0,
      },
    ],
    // Whatever was only written is judged; whatever was only judged becomes what it was judged to be.
    ['comments', { reads: [], writes: posts * 3 }],
    ['moderation', { reads: ['/queue', '/log', '/rules'], writes: posts * 4 }],
  ])('%s', async (service, { reads, writes }) => {
    const env = { ACCOUNTS_URL: keys.url('accounts'), SERVICE_TOKEN: keys.tokenOf(service) }
    const headers = () => keys.directlyAs('moderator')
    const command = ['node', `${service}/src/main.ts`]
    const result = await conform({ command, reads, writes, file: true, env, headers })
    expect(result.findings).toEqual([])
    expect(reportOf(result).ok).toBe(true)
    expect(result.writes).toBe(writes)
    expect(result.delivered).toBeGreaterThan(history.flat().length)
  })
})

describe('a consumer that counts', () => {
  const toy = (manner: string) =>
    conform({
      command: ['node', 'infra/conform/test/fixtures/toy-consumer.ts', manner],
      reads: ['/counts'],
      writes: 0,
      file: false,
      settleSeconds: 20,
    })

  it('a consumer that counts passes if it looks at positions', async () => {
    expect((await toy('careful')).findings).toEqual([])
  })

  it.each(['careless', 'forgetful', 'hasty'])(
    'a consumer that counts fails the comparison if it is %s',
    async (manner) => {
      const result = await toy(manner)
      expect(reportOf(result).ok).toBe(false)
      expect(result.findings.join('\n')).toContain('/counts')
    },
  )
})
