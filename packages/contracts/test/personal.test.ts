import { personKeyOf } from '@logbook/chassis/sealing/box.ts'
import { ownerToSeal, seal } from '@logbook/chassis/sealing/seal.ts'
import { unseal } from '@logbook/chassis/sealing/unseal.ts'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { eventDefinitions, eventTypes } from '../src/events/catalog.ts'
import { decodeEvent } from '../src/events/decode.ts'
import { allExamples } from '../src/examples/all.ts'
import { personal } from '../src/personal.ts'

const withPerson = allExamples().flatMap((event) => {
  const fields = personal.fields[event.type]
  return fields === undefined ? [] : [{ event, fields, type: event.type }]
})

type Schema = { [name: string]: unknown } & {
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
}
type Branch = Pick<Schema, 'properties'>
const branchesOf = (schema: Schema): Branch[] => schema.anyOf ?? schema.oneOf ?? [schema]

/** True of a schema that takes words of people somewhere: a string that no pattern, format or list bounds. */
const takesWords = (schema: unknown): boolean => {
  if (Array.isArray(schema)) return schema.some(takesWords)
  if (typeof schema !== 'object' || schema === null) return false
  if ('type' in schema && schema.type === 'string') {
    const format = 'format' in schema ? schema.format : undefined
    const isAddress = format === 'uri' || format === 'email'
    return isAddress || !['format', 'pattern', 'enum', 'const'].some((name) => name in schema)
  }
  return Object.values(schema).some(takesWords)
}

const wordsOf = (schema: z.ZodType): string[] => {
  const branches = branchesOf(z.toJSONSchema(schema, { io: 'input' }) as Schema)
  const named = branches.flatMap(({ properties = {} }) => Object.entries(properties))
  return [...new Set(named.filter(([, each]) => takesWords(each)).map(([name]) => name))]
}

const ofPosts = ['title', 'content', 'excerpt', 'tags', 'cover', 'coverAlt']

/** Texts that are not personal: what the blog publishes or is set to, what services report, and what moderators write to people. */
const inTheClear = new Map<string, readonly string[]>([
  ['PostCreated', ofPosts],
  ['PostEdited', ofPosts],
  ['PostUpdated', ofPosts],
  ['PostTakenDown', ['reason']],
  ['PostPicturesAwaited', ['pictures']],
  ['BlogSettingsChanged', ['settings']],
  ['CommentModerated', ['reason']],
  ['CommentTakenDown', ['reason']],
  ['CommentUpdated', ['reason', 'cause']],
  ['RulesChanged', ['rules', 'why']],
  ['MailSubscriptionRequested', ['scope']],
  ['DigestIssued', ['timeZone']],
  ['MediaClaimed', ['worker']],
  ['MediaFailed', ['reason']],
  ['MediaFinished', ['type', 'notes']],
  ['MediaParked', ['reason']],
  ['MediaPostponed', ['reason']],
])

describe('what the log holds of people', () => {
  it('every text field of an event is personal, except those listed here', () => {
    const open = eventTypes.map((type): [string, string[]] => {
      const { data, personal: its } = eventDefinitions[type]
      const sealed = its?.fields ?? []
      return [type, wordsOf(data).filter((name) => !sealed.includes(name))]
    })
    expect(new Map(open.filter(([, names]) => names.length > 0))).toEqual(inTheClear)
  })

  it.each(withPerson)(
    'the personal fields of $type are sealed, and readable only with the key',
    ({ event, fields }) => {
      const outgoing = { ...event }
      const owner = ownerToSeal(outgoing, fields)
      if (owner === null) return
      const key = personKeyOf(new Uint8Array(32).fill(7))
      const inLog = { ...event, data: seal(outgoing, { owner, key, fields: fields.fields }).data }
      for (const field of fields.fields) expect(inLog.data).not.toHaveProperty(field)
      expect(decodeEvent(inLog)).toMatchObject({ kind: 'unreadable', reason: 'it is sealed' })
      const held = new Map([[owner, key]])
      expect(decodeEvent(unseal(inLog, { held, fields: personal.fields }))).toEqual({ kind: 'event', event })
    },
  )

  it.each(withPerson)(
    'the personal fields of $type are gone once their person is erased',
    ({ event, fields }) => {
      const person = '01920000-0000-7000-8000-0000000000d1'
      const erased = fields.erased(person)
      const data = { ...(event.data as object), ...erased }
      expect(decodeEvent({ ...event, data }).kind).toBe('event')
      expect(Object.keys(erased)).toEqual(expect.arrayContaining([...fields.fields]))
      expect(JSON.stringify(erased)).not.toMatch(/reader|harbour|moderator|walked/i)
    },
  )
})
