import '../features/posts/archive.css'
import type { Archive as ArchiveAnswer, MonthCount } from '@logbook/contracts/http/query.ts'
import { Link } from 'react-router'
import { Notice } from '../features/page/notice.tsx'
import { pageTitle } from '../features/page/title.ts'
import { monthName, yearOf } from '../features/posts/months.ts'
import { counted } from '../features/posts/words.ts'
import { askOrThrow } from '../services/ask.server.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/archive'

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const { urls } = context.get(blogContext)
  const { body } = await askOrThrow<ArchiveAnswer>({ request, url: `${urls.query}/archive` })
  return { months: body.months }
}

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Archive') }]

const Year = ({ year, months }: { year: string; months: readonly MonthCount[] }) => (
  <section className="year" aria-labelledby={`year-${year}`}>
    <h2 id={`year-${year}`}>{year}</h2>
    <ul>
      {months.map(({ month, count }) => (
        <li key={month}>
          <Link to={`/archive/${month}`}>{monthName(month)}</Link>{' '}
          <span className="count">{counted(count, 'post')}</span>
        </li>
      ))}
    </ul>
  </section>
)

export default function Archive({ loaderData: { months } }: Route.ComponentProps) {
  if (months.length === 0)
    return (
      <Notice title="Nothing in the archive yet">
        <p>Posts are gathered here by the month in which they were published.</p>
        <p>
          <Link to="/write" className="button">
            Write a post
          </Link>
        </p>
      </Notice>
    )
  const years = Object.entries(Object.groupBy(months, ({ month }) => yearOf(month)))
  return (
    <>
      <h1 className="page-title">Archive</h1>
      {years
        .toSorted(([one], [other]) => Number(other) - Number(one))
        .map(([year, all]) => (
          <Year key={year} year={year} months={all ?? []} />
        ))}
    </>
  )
}
