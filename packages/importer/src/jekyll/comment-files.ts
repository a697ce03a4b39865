import { join } from 'node:path'
import { parseAnyDate, parseEpoch } from '../dates.ts'
import { readBounded } from './scan-folder.ts'
import { isMap, parseYaml, type YamlMap, yamlText } from './yaml.ts'

/** A field that says which comment is answered. */
interface Answer {
  field: string
  value: string
}

/** One comment as its file has it. */
export interface FoundComment {
  /** The file, and the comment's place in it where it holds several. */
  where: string
  /** What its identity is made of. */
  key: string
  /** Why it cannot be read, in place of what it says. */
  map: YamlMap | Error
  /** What the fields for answers say, the most exact first; none at the top. */
  answers: readonly Answer[]
  /** What the theme's loop looks at to number the comments that answer no one. */
  isNumbered: boolean
}

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** Fields in which themes note which comment is answered, from the comment itself to the one its thread began with. */
const answerFields = [
  'replying_to_uid',
  'replying_to_id',
  'replyID',
  'reply_id',
  'reply_to',
  'reply_to_id',
  'replyTo',
  'in_reply_to',
  'parent_id',
  'parentId',
  'parent',
  'replyThread',
  'replying_to',
] as const

const isBlank = (value: string): boolean => value === '' || value === '0'

const commentOf = (map: YamlMap, place: Pick<FoundComment, 'where' | 'key'>): FoundComment => ({
  ...place,
  map,
  answers: answerFields
    .map((field) => ({ field, value: yamlText(map, field).trim() }))
    .filter(({ value }) => !isBlank(value)),
  isNumbered: isBlank(yamlText(map, 'replying_to').trim()),
})

/** The comments of a list, or of a mapping from names to comments, each with a name that lasts. */
const several = (value: unknown): [string, unknown][] | undefined => {
  if (Array.isArray(value))
    return value.map((item: unknown, index): [string, unknown] => {
      const id = isMap(item) ? yamlText(item, '_id') || yamlText(item, 'id') : ''
      return [id || String(index + 1), item]
    })
  if (!isMap(value)) return undefined
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([, item]) => isMap(item)) ? entries : undefined
}

/** The comments of a file: one, or several in one list. */
export const readComments = async (folder: string, path: string): Promise<FoundComment[]> => {
  let text = ''
  try {
    text = await readBounded(join(folder, path))
    const value = parseYaml({ text, line: 1 })
    const list = several(value)
    if (list !== undefined)
      return list.map(([name, item]) => {
        const place = { where: `${path}, ${name}`, key: `${path}#${name}` }
        return isMap(item)
          ? commentOf(item, place)
          : { ...place, map: new Error('is no comment: it has no fields'), answers: [], isNumbered: true }
      })
    if (!isMap(value)) throw new Error('has YAML that is not a list of names and values')
    return [commentOf(value, { where: path, key: path })]
  } catch (error) {
    // It still counts where the theme numbers comments.
    const [, replyingTo = ''] = /^replying_to:[ \t]*['"]?([\w-]*)/m.exec(text) ?? []
    return [{ where: path, key: path, map: asError(error), answers: [], isNumbered: isBlank(replyingTo) }]
  }
}

/** `_data/comments/a/entry-12.yml` is known as `entry-12` and as `12`. */
const namesOf = ({ key, map }: FoundComment): string[] => {
  const file = key.slice(key.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const ids = map instanceof Error ? [] : [yamlText(map, '_id').trim(), yamlText(map, 'id').trim()]
  return [...ids, file, file.replace(/^[a-z]+-/i, '')].filter((name) => name !== '')
}

/**
 * The key of the comment that each one answers. `replying_to: '3'` is an ordinal: the third of the comments that answer no
 * one, counted from 1 in the order of the file names, which is how Staticman's Liquid loop numbers them (`sort`,
 * `where_exp` on a blank `replying_to`, `forloop.index`). Any other value names a comment by its id or its file. Files that
 * cannot be read are counted too, or every later ordinal would be wrong.
 */
export const resolveParents = (found: readonly FoundComment[]) => {
  const top = found.filter(({ isNumbered }) => isNumbered)
  const byName = new Map<string, string>()
  for (const comment of found)
    for (const name of namesOf(comment)) if (!byName.has(name)) byName.set(name, comment.key)
  const named = (value: string): string | undefined => byName.get(value) ?? byName.get(value.toLowerCase())
  const numbered = (value: string): string | undefined =>
    /^\d{1,6}$/.test(value) ? top[Number(value) - 1]?.key : undefined
  return ({ answers, key }: FoundComment): string | undefined => {
    const [first] = answers
    if (first === undefined) return undefined
    for (const { field, value } of answers) {
      const parent =
        field === 'replying_to' ? (numbered(value) ?? named(value)) : (named(value) ?? numbered(value))
      if (parent !== undefined && parent !== key) return parent
    }
    return `no comment ${first.value}`
  }
}

/** When it was written, by its own fields or the milliseconds in its file's name. */
export const commentDate = (map: YamlMap, path: string): Date | undefined => {
  const written = ['date', 'timestamp', 'created_at', 'createdAt', 'date_gmt', 'time']
  const said = written.map((field) => parseAnyDate(yamlText(map, field))).find((date) => date !== undefined)
  return said ?? parseEpoch(/(\d{13})\.\w+$/.exec(path)?.[1] ?? '')
}
