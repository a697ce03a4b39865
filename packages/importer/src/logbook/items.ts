import { importCommentAt } from '@logbook/contracts/http/comments.ts'
import { importPostAt } from '@logbook/contracts/http/posts.ts'
import { commentEntry, postEntry } from '../check.ts'
import type { Entry } from '../entry.ts'
import { oneLine, shorten } from '../fields.ts'
import { commentFields, type PostFields, unknownFields } from './fields.ts'
import { parseYaml, splitFrontMatter } from './front-matter.ts'
import { faultOf, readText } from './read-text.ts'

interface ItemsOptions {
  folder: string
  keyOf: (id: string) => string
  now: Date
}

const postNames = { updatedAt: 'last_modified_at', publishAt: 'publish_at' } as const
const commentNames = { editedAt: 'edited' } as const

/** What an export does not have is named, and left out. */
export const unknownNotes = (where: string, names: readonly string[]): Entry[] =>
  names.map((name) => ({
    ...{ type: 'note', where },
    reason: `has the field "${shorten(oneLine(name), 60)}", which is none of an export; it was left out`,
  }))

export type Items = ReturnType<typeof createItems>

/** Makes entries of the files of texts and comments. Links in them are changed by `rewrite`. */
export const createItems = ({ folder, keyOf, now }: ItemsOptions) => {
  const schemas = { post: importPostAt(now), comment: importCommentAt(now) }

  const postOf = async (
    { path, fields }: { path: string; fields: PostFields },
    rewrite: (text: string) => string,
  ): Promise<Entry[]> => {
    const { id, title, slug, excerpt, tags, kind, last_modified_at: updatedAt, publish_at: planned } = fields
    const split = splitFrontMatter(await readText(folder, path))
    const hasPassed = planned !== null && Date.parse(planned) <= now.getTime() && !fields.published
    const item = {
      ...{ key: keyOf(id), title, slug, content: rewrite(split.text), excerpt, tags, kind },
      status: fields.published ? ('published' as const) : ('draft' as const),
      authorName: fields.author,
      createdAt: fields.created,
      publishedAt: fields.date,
      ...(updatedAt === undefined ? {} : { updatedAt }),
      publishAt: hasPassed ? null : planned,
      cover: fields.image,
      coverAlt: fields.image_alt,
      commentsClosed: !fields.comments,
      formerAddresses: fields.redirect_from,
    }
    const passed: Entry = {
      ...{ type: 'note', where: path },
      reason: 'was to be published at a time that has passed, and is a draft now',
    }
    return [
      ...unknownNotes(path, unknownFields('post', split.fields)),
      ...(hasPassed ? [passed] : []),
      postEntry({ where: path, item, names: postNames, schema: schemas.post }),
    ]
  }

  const commentOf = async (
    path: string,
    { postId, rewrite }: { postId: string; rewrite: (text: string) => string },
  ): Promise<Entry[]> => {
    const said = parseYaml(await readText(folder, path))
    const {
      _id: id,
      replying_to: parent,
      name,
      url,
      date,
      edited,
      status,
      message,
      ...own
    } = commentFields.parse(said)
    const item = {
      ...{ key: keyOf(id), postKey: keyOf(postId), parentKey: parent === null ? null : keyOf(parent) },
      author: name === null ? null : { name, url },
      ...{ content: rewrite(message), createdAt: date, editedAt: edited, status, ...own },
    }
    return [
      ...unknownNotes(path, unknownFields('comment', said)),
      commentEntry({ where: path, item, names: commentNames, schema: schemas.comment }),
    ]
  }

  const refused =
    (kind: 'post' | 'comment', where: string) =>
    (error: unknown): Entry[] => [{ type: 'refused', kind, where, reason: faultOf(error) }]

  return {
    /** The text and what is to be said of it; the text itself, or its refusal, is last. */
    post: (text: Parameters<typeof postOf>[0], rewrite: Parameters<typeof postOf>[1]): Promise<Entry[]> =>
      postOf(text, rewrite).catch(refused('post', text.path)),
    comment: (path: string, below: Parameters<typeof commentOf>[1]): Promise<Entry[]> =>
      commentOf(path, below).catch(refused('comment', path)),
  }
}
