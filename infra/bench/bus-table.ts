/** One line of the comparison. `aim` is for the ratio of ours to the peer's, at least, or at most where less is better. */
export interface Row {
  figure: string
  ours: string
  peer: string
  ratio: number
  aim: { atLeast: number } | { atMost: number }
}

const headings = { figure: 'figure', ours: 'ours', peer: 'peer', ratio: 'ratio', aim: 'aim' }

export const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)

const shown = ({ figure, ours, peer, ratio, aim }: Row) => {
  const met = 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost
  const wanted = 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`
  return { figure, ours, peer, ratio: ratio.toFixed(2), aim: `${wanted} ${met ? 'met' : 'missed'}` }
}

/** Prints rows in columns. */
export const printTable = (rows: readonly Row[]): void => {
  const lines = [headings, ...rows.map(shown)]
  const width = (key: keyof typeof headings) => Math.max(...lines.map((line) => line[key].length))
  for (const line of lines)
    console.log(
      [
        line.figure.padEnd(width('figure')),
        line.ours.padStart(width('ours')),
        line.peer.padStart(width('peer')),
        line.ratio.padStart(width('ratio')),
        line.aim,
      ].join('  '),
    )
}
