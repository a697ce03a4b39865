import { describe, expect, it } from 'vitest'
import { describedEvents } from '../src/events/described.ts'
import { publishers } from '../src/events/publishers.ts'
import { commentExamples } from '../src/examples/comments.ts'
import { mediaExamples } from '../src/examples/media.ts'
import { moderationExamples } from '../src/examples/moderation.ts'
import { notificationExamples } from '../src/examples/notifications.ts'
import { postExamples } from '../src/examples/posts.ts'
import { settingsExamples } from '../src/examples/settings.ts'
import { userExamples } from '../src/examples/users.ts'

const examples = [
  ...postExamples(),
  ...commentExamples(),
  ...moderationExamples(),
  ...userExamples(),
  ...settingsExamples(),
  ...notificationExamples(),
  ...mediaExamples(),
]

describe('the publishers', () => {
  it.each(examples)(
    'of $type are those whose source and stream its example has',
    ({ type, source, subject }) => {
      const { by, subject: prefix } = publishers[type]
      expect(by).toContain(source.slice(1))
      expect(subject.startsWith(prefix)).toBe(true)
    },
  )

  it.each(describedEvents())(
    'of $type append to the streams that its description names',
    ({ type, subject }) => {
      expect(subject.startsWith(publishers[type].subject)).toBe(true)
    },
  )

  it('are one service each, but for what every follower confirms', () => {
    const shared = Object.entries(publishers).filter(([, { by }]) => by.length !== 1)
    expect(shared.map(([type]) => type)).toEqual(['ErasureConfirmed'])
  })
})
