const numberFormat = new Intl.NumberFormat('en')

/** `1 comment`, `1,005 comments`. */
export const counted = (count: number, noun: string): string =>
  `${numberFormat.format(count)} ${noun}${count === 1 ? '' : 's'}`
