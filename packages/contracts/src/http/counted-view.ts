import { bounds } from '../bounds.ts'

/** The value of `Counted-View`: which post a page shows, and in which time zone the days of the blog begin. */
export interface CountedView {
  postId: string
  timeZone: string
}

const pattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([A-Za-z][\w+/-]*)$/

export const printCountedView = ({ postId, timeZone }: CountedView): string => `${postId} ${timeZone}`

/** Undefined for what is none. */
export const parseCountedView = (text: string): CountedView | undefined => {
  const [, postId, timeZone] = pattern.exec(text) ?? []
  return postId === undefined || timeZone === undefined || timeZone.length > bounds.timeZoneCharsMax
    ? undefined
    : { postId, timeZone }
}
