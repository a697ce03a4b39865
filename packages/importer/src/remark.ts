/** Collects what is worth saying about one item while it is being made. */
export type Remark = (reason: string) => void
