import { bounds } from '../bounds.ts'
import { isLine, isText } from '../text.ts'

type Check = (value: unknown) => boolean

/** The members of an object, each with what it must be; the optional ones may also be absent. */
interface Shape {
  checks: ReadonlyMap<string, Check>
  optional: ReadonlySet<string>
}

const shapeOf = (required: Record<string, Check>, optional: Record<string, Check> = {}): Shape => ({
  checks: new Map(Object.entries({ ...required, ...optional })),
  optional: new Set(Object.keys(optional)),
})

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
// The last days of a month are left to the calendar of the schema.
const timePattern =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

const isNull: Check = (value) => value === null
const isTrue: Check = (value) => value === true
const isBoolean: Check = (value) => typeof value === 'boolean'
const isInteger: Check = (value) => Number.isSafeInteger(value)
const isString: Check = (value) => typeof value === 'string'
const isId: Check = (value) => typeof value === 'string' && uuidPattern.test(value)
const isTime: Check = (value) => typeof value === 'string' && timePattern.test(value)
const isSlug: Check = (value) =>
  typeof value === 'string' && value.length <= bounds.slugCharsMax && slugPattern.test(value)
const isOneOf = (...values: string[]): Check => {
  const known = new Set<unknown>(values)
  return (value) => known.has(value)
}
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

const isContent: Check = (value) => isText(value, { charsMin: 1, charsMax: bounds.commentCharsMax })
const isReason: Check = (value) => isText(value, { charsMax: bounds.reasonCharsMax })
const isPostText: Check = (value) => isText(value, { charsMax: bounds.contentCharsMax })
const isExcerpt: Check = (value) => isText(value, { charsMax: bounds.excerptCharsMax })
const isTitle: Check = (value) => isLine(value, { charsMin: 1, charsMax: bounds.titleCharsMax })
const isName: Check = (value) => isLine(value, { charsMin: 1, charsMax: bounds.nameCharsMax })
const isCoverAlt: Check = (value) => isLine(value, { charsMax: bounds.coverAltCharsMax })
const isTag: Check = (value) => isLine(value, { charsMin: 1, charsMax: bounds.tagCharsMax })
const areTags: Check = (value) => Array.isArray(value) && value.length <= bounds.tagsMax && value.every(isTag)

// Of the addresses that there are, those that any parser reads as they are written.
const picturePattern = /^(?:https:\/\/(?:[a-z0-9]+\.)+[a-z]{2,}|\/[\w.-]+)\/[\w./-]*$/
const pathPattern = /^\/[\w.-][\w./-]*$/
const isShort = (value: string): boolean => value.length <= bounds.addressCharsMax
const isPicture: Check = (value) => typeof value === 'string' && isShort(value) && picturePattern.test(value)
const isPath: Check = (value) => typeof value === 'string' && isShort(value) && pathPattern.test(value)
const areFormer: Check = (value) =>
  Array.isArray(value) && value.length <= bounds.formerAddressesMax && value.every(isPath)

const hasShape = (value: unknown, { checks, optional }: Shape): boolean => {
  if (typeof value !== 'object' || value === null) return false
  let left = checks.size - optional.size
  for (const name in value) {
    const check = checks.get(name)
    if (check === undefined || !check(value[name as keyof typeof value])) return false
    if (!optional.has(name)) left--
  }
  return left === 0
}

// With an address or an e-mail, which few have, the schema is asked.
const guest = shapeOf({ name: isName, url: isNull, email: isNull })
const isAuthor = orNull((value) => hasShape(value, guest))

const comment = {
  id: isId,
  postId: isId,
  parentId: orNull(isId),
  authorId: orNull(isId),
  createdAt: isTime,
  status: isString,
}
const created = shapeOf(
  { ...comment, status: isOneOf('pending'), author: isAuthor, content: isContent },
  { priorVerdict: isOneOf('pending', 'approved', 'rejected'), erased: isTrue },
)
const updated = shapeOf(
  {
    ...comment,
    status: isOneOf('pending', 'approved', 'rejected'),
    author: isAuthor,
    content: isContent,
    revision: (value) => isInteger(value) && Number(value) >= 1,
    reason: orNull(isReason),
    score: isInteger,
    promoted: isBoolean,
    editedAt: orNull(isTime),
    cause: isString,
  },
  { erased: isTrue },
)
const post = shapeOf({
  id: isId,
  kind: isOneOf('post', 'page'),
  slug: isSlug,
  title: isTitle,
  content: isPostText,
  excerpt: orNull(isExcerpt),
  tags: areTags,
  cover: orNull(isPicture),
  coverAlt: isCoverAlt,
  commentsClosed: isBoolean,
  formerAddresses: areFormer,
  authorId: orNull(isId),
  authorName: orNull(isName),
  status: isOneOf('published'),
  createdAt: isTime,
  updatedAt: isTime,
  publishedAt: isTime,
})

/** Of the types that a log has most of, in the state that they mostly have. */
const shapes: Readonly<Record<string, Shape>> = {
  PostCreated: post,
  PostUpdated: post,
  CommentCreated: created,
  CommentUpdated: updated,
}

/**
 * True if today's schema of this type would return the data as it is, found out without it: a replay asks this of every event.
 * False says nothing; the schema has to be asked then.
 */
export const isPlain = (type: string, data: unknown): boolean => {
  const shape = shapes[type]
  return shape !== undefined && hasShape(data, shape)
}
