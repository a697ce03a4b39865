import type { Heading } from '../post-tree.ts'

/** A job for a thread. Plain data: it is copied into the thread. */
export interface Job {
  kind: 'comment' | 'post' | 'excerpt' | 'mail'
  markdown: string
  /** Of an excerpt: its length at most. */
  charsMax?: number
  /** Of a mail: the address of the post's page. */
  page?: string
}

/** The result of a job: HTML of a comment, post or mail, plain text of an excerpt. Only posts have headings. */
export interface Rendered {
  text: string
  headings: readonly Heading[]
  /** A mail as plain text. */
  plain?: string
  /** The text as typed, for now: no thread was available in time. */
  isForNow?: true
}

/** A thread says `ready` once and answers each message, which holds jobs, once, with what came of each in turn; `cpuMs` is the processor time that it has used since it began. */
export interface FromThread {
  kind: 'ready' | 'rendered' | 'failed'
  cpuMs: number
  rendered?: readonly Rendered[]
}
