import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../src/envelope.ts'
import { decodeEvent } from '../src/events/catalog.ts'
import { commentEvents } from '../src/events/comments.ts'
import { mediaEvents } from '../src/events/media.ts'
import { moderationEvents } from '../src/events/moderation.ts'
import { notificationEvents } from '../src/events/notifications.ts'
import { postEvents } from '../src/events/posts.ts'
import { settingsEvents } from '../src/events/settings.ts'
import { userEvents } from '../src/events/users.ts'
import { commentExamples } from '../src/examples/comments.ts'
import { mediaExamples } from '../src/examples/media.ts'
import { moderationExamples } from '../src/examples/moderation.ts'
import { notificationExamples } from '../src/examples/notifications.ts'
import { postExamples } from '../src/examples/posts.ts'
import { settingsExamples } from '../src/examples/settings.ts'
import { userExamples } from '../src/examples/users.ts'

const producers = [
  { name: 'posts', schemas: postEvents, examples: postExamples() as RecordedEvent[] },
  { name: 'comments', schemas: commentEvents, examples: commentExamples() as RecordedEvent[] },
  { name: 'moderation', schemas: moderationEvents, examples: moderationExamples() as RecordedEvent[] },
  { name: 'accounts', schemas: userEvents, examples: userExamples() as RecordedEvent[] },
  { name: 'media', schemas: mediaEvents, examples: mediaExamples() as RecordedEvent[] },
  { name: 'the settings', schemas: settingsEvents, examples: settingsExamples() as RecordedEvent[] },
  {
    name: 'notifications',
    schemas: notificationEvents,
    examples: notificationExamples() as RecordedEvent[],
  },
]

describe.each(producers)('the examples of $name', ({ schemas, examples }) => {
  it('hold at least one of every type', () => {
    expect(new Set(examples.map(({ type }) => type))).toEqual(new Set(Object.keys(schemas)))
  })

  it.each(examples)('$type is read back as it stands', (event) => {
    expect(decodeEvent(event)).toEqual({ kind: 'event', event })
  })
})
