import type { z } from 'zod'

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  url: 'a URL',
  email: 'an e-mail address',
  datetime: 'an RFC 3339 time',
}

interface Bound {
  origin: string
  limit: number | bigint
  word: string
}

const bounded = ({ origin, limit, word }: Bound): string => {
  if (origin === 'string') return `must have ${word} ${limit} ${limit === 1 ? 'character' : 'characters'}`
  if (origin === 'array' || origin === 'set')
    return `must have ${word} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
  return `must be ${word} ${limit}`
}

/**
 * What is wrong with a field, in words that go on from its name: "title: is missing". Undefined for what it has no words for, and
 * where the schema has its own they are taken.
 */
export const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing'
    const kind = kinds[issue.expected]
    return kind && `must be ${kind}`
  }
  if (issue.code === 'too_small')
    return issue.inclusive === false
      ? `must be more than ${issue.minimum}`
      : bounded({ origin: issue.origin, limit: issue.minimum, word: 'at least' })
  if (issue.code === 'too_big')
    return issue.inclusive === false
      ? `must be less than ${issue.maximum}`
      : bounded({ origin: issue.origin, limit: issue.maximum, word: 'at most' })
  if (issue.code === 'invalid_format') {
    const format = formats[issue.format]
    return format && `must be ${format}`
  }
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`
  return undefined
}
