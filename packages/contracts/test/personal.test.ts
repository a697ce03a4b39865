import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../src/envelope.ts'
import { decodeEvent } from '../src/events/catalog.ts'
import { commentExamples } from '../src/examples/comments.ts'
import { mediaExamples } from '../src/examples/media.ts'
import { moderationExamples } from '../src/examples/moderation.ts'
import { postExamples } from '../src/examples/posts.ts'
import { userExamples } from '../src/examples/users.ts'
import { type PersonalFields, personal } from '../src/personal.ts'

const examples: RecordedEvent[] = [
  ...postExamples(),
  ...commentExamples(),
  ...moderationExamples(),
  ...userExamples(),
  ...mediaExamples(),
]
const declared: Readonly<Record<string, PersonalFields | undefined>> = personal.fields
const withPerson = examples.flatMap((event) => {
  const fields = declared[event.type]
  return fields === undefined ? [] : [{ event, fields, type: event.type }]
})

describe('what the log holds of people', () => {
  it('is named for every event that carries a name, a text of a comment or an address', () => {
    const carrying = examples.filter(({ data }) =>
      /"(author|name|authorName|email)":/.test(JSON.stringify(data)),
    )
    // A rule's name is nobody's.
    const people = carrying.filter(({ data }) => !JSON.stringify(data).includes('"rules"'))
    expect(people.filter(({ type }) => !Object.hasOwn(personal.fields, type))).toEqual([])
  })

  it.each(withPerson)('$type is read without it, once its person is erased', ({ event, fields }) => {
    const person = '01920000-0000-7000-8000-0000000000d1'
    const data = { ...(event.data as object), ...fields.erased(person) }
    const decoded = decodeEvent({ ...event, data })
    expect(decoded.kind).toBe('event')
    expect(JSON.stringify(fields.erased(person))).not.toMatch(/reader|harbour|moderator|walked/i)
  })
})
