import { z } from 'zod'

/** Names of what answers are made of, in `Cache-Tag`: one post with its comments, lists of posts with comments, posts alone, what a person did. */
export const cacheTags = {
  ofPost: (postId: string): string => `post-${postId}`,
  lists: 'lists',
  posts: 'posts',
  ofPerson: (personId: string): string => `person-${personId}`,
} as const

const statePattern = /^([\w-]{1,100})\.(\d{1,15})\.(\d{1,15})$/

/**
 * A state of query's view as `View-State` names it: `<process>.<generation>.<changes>`. Both numbers rise; the generation does
 * with a change that any page may show: of a post, of the settings, by an erasure, or another file that answers.
 */
export interface ViewState {
  process: string
  generation: number
  changes: number
}

export const printViewState = ({ process, generation, changes }: ViewState): string =>
  `${process}.${generation}.${changes}`

/** Undefined for what is no state. */
export const parseViewState = (text: string | undefined | null): ViewState | undefined => {
  const [, process, generation, changes] = statePattern.exec(text ?? '') ?? []
  return process === undefined
    ? undefined
    : { process, generation: Number(generation), changes: Number(changes) }
}

/**
 * The answer to `GET /validity?since=<View-State>`: the present state, and the tags that changed since then, each with the count of
 * changes at its last one; `null`: anything may have changed.
 */
export const validity = z.object({
  state: z.string().regex(statePattern),
  changed: z.array(z.tuple([z.string().max(100), z.number().int().nonnegative()])).nullable(),
})
export type Validity = z.infer<typeof validity>

export const validityQuery = z.strictObject({ since: z.string().regex(statePattern, 'must be a View-State') })
