/** Everything that can be wrong with a history, and how the table calls it. */
export const faultTitles = {
  lost: 'acknowledged or recorded, and then missing',
  doubled: 'there twice, or settled twice',
  outOfOrder: 'out of order',
  torn: 'half of an atomic append',
  gaps: 'positions or versions left out',
  leasedTwice: 'delivered to two at a time',
  invented: 'refused or never sent, and there',
} as const

export type FaultKind = keyof typeof faultTitles

export interface Fault {
  kind: FaultKind
  /** The counterexample, in a sentence. */
  text: string
}
