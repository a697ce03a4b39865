import type { Figures } from '@logbook/contracts/http/figures.ts'
import { counted, inFigures } from '@logbook/contracts/words.ts'
import { Table } from '../page/table.tsx'
import { type Bar, barsOf, dayInWords } from './periods.ts'

const height = 160
const barWidth = 10
const gap = 2

const nameOf = ({ day, isWeek }: Bar): string => `${isWeek ? 'Week from ' : ''}${dayInWords(day)}`

/** One bar a day or week: views behind, readers in front. Nothing is drawn for 0. */
const Bars = ({ bars, most }: { bars: readonly Bar[]; most: number }) =>
  bars.map((bar, index) => {
    const tall = (count: number) => (count / most) * height
    const of = (count: number, className: string) =>
      count === 0 ? null : (
        <rect
          className={className}
          x={index * (barWidth + gap)}
          y={height - tall(count)}
          width={barWidth}
          height={tall(count)}
        />
      )
    return (
      <g key={bar.day}>
        <title>{`${nameOf(bar)}: ${counted(bar.readers, 'reader')}, ${counted(bar.views, 'view')}`}</title>
        {of(bar.views, 'views')}
        {of(bar.readers, 'readers')}
      </g>
    )
  })

/** Readers and views over a period, drawn and as a table. */
export const Chart = ({ figures: { days, from, to } }: { figures: Figures }) => {
  const bars = barsOf(days)
  const most = Math.max(...bars.map(({ views }) => views), 1)
  const best = bars.reduce((one, other) => (other.readers > one.readers ? other : one))
  const label = `Readers and views from ${dayInWords(from)} to ${dayInWords(to)}. Most readers: ${inFigures(best.readers)}, ${nameOf(best)}.`
  return (
    <figure className="figures-chart">
      <p className="figures-most" aria-hidden="true">
        {inFigures(most)}
      </p>
      <svg
        viewBox={`0 0 ${bars.length * (barWidth + gap) - gap} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <Bars bars={bars} most={most} />
      </svg>
      <p className="figures-ends" aria-hidden="true">
        <span>{dayInWords(from)}</span>
        <span>{dayInWords(to)}</span>
      </p>
      <figcaption>
        <span className="figures-key" data-of="readers">
          Readers
        </span>{' '}
        <span className="figures-key" data-of="views">
          Views
        </span>
        <details>
          <summary>As a table</summary>
          <Table
            className="figures-table"
            columns={[bars[0]?.isWeek ? 'Week' : 'Day', 'Readers', 'Views']}
            rows={bars.toReversed().map((bar) => ({
              key: bar.day,
              cells: [nameOf(bar), inFigures(bar.readers), inFigures(bar.views)],
            }))}
          />
        </details>
      </figcaption>
    </figure>
  )
}
