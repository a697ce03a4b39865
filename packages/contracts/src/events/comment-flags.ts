import { z } from 'zod'

/**
 * What readers find of a comment, beside its verdict. Each is a member of its state and has an event of its own, which says the new value:
 * `promoted` features it in the thread and in the digest, `searchable` has it found in searches, `advertised` quotes it beside its post,
 * `anonymized` shows it without its author. None has an effect on a comment that is not approved.
 */
export const commentFlags = z.object({
  promoted: z.boolean(),
  searchable: z.boolean(),
  advertised: z.boolean(),
  anonymized: z.boolean(),
})
export type CommentFlags = z.infer<typeof commentFlags>
export type CommentFlag = keyof CommentFlags

/** The flags of a new comment. */
export const initialFlags = {
  promoted: false,
  searchable: true,
  advertised: false,
  anonymized: false,
} as const

export const commentFlagNames = [
  'promoted',
  'advertised',
  'searchable',
  'anonymized',
] as const satisfies CommentFlag[]

/** The flags that have another value than those of a new comment. */
export const flagsThatDiffer = (flags: CommentFlags): CommentFlag[] =>
  commentFlagNames.filter((name) => flags[name] !== initialFlags[name])

/** Who set a flag: the author of the comment, the writer of its post, or a moderator who is neither. */
export const flagSetter = z.enum(['author', 'writer', 'moderator'])
export type FlagSetter = z.infer<typeof flagSetter>
