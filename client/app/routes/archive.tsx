import '../features/posts/archive.css'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { MonthCount } from '@logbook/contracts/http/query.ts'
import { counted } from '@logbook/contracts/words.ts'
import { Notice } from '../features/page/notice.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn } from '../features/page/title.ts'
import { asOfQuery } from '../features/past/as-of.server.ts'
import { useAsOf } from '../features/past/as-of.ts'
import { DayForm } from '../features/past/day-form.tsx'
import { PastLink } from '../features/past/past-link.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { monthName, yearOf } from '../features/posts/months.ts'
import { blogContext } from '../services/blog.server.ts'
import { callOrThrow } from '../services/call.server.ts'
import type { Route } from './+types/archive'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const query = await asOfQuery({ request, blog })
  const { body } = await callOrThrow(queryEndpoints, 'GET /archive', { blog, request, query })
  return { months: body.months }
}

export const meta: Route.MetaFunction = ({ matches, location }) =>
  pageMeta(
    { location, matches },
    { title: 'Archive', description: `All posts of ${blogIn(matches).title}, by month.` },
  )

const Year = ({ year, months }: { year: string; months: readonly MonthCount[] }) => (
  <section className="year" aria-labelledby={`year-${year}`}>
    <h2 id={`year-${year}`}>{year}</h2>
    <ul>
      {months.map(({ month, count }) => (
        <li key={month}>
          <PastLink to={`/archive/${month}`}>{monthName(month)}</PastLink>{' '}
          <span className="count">{counted(count, 'post')}</span>
        </li>
      ))}
    </ul>
  </section>
)

const AnotherDay = () => (
  <section id="another-day" className="another-day" aria-labelledby="another-day-title">
    <h2 id="another-day-title">Any day of the past</h2>
    <p className="quiet">The log keeps everything, so the blog can show what readers saw on any day.</p>
    <DayForm />
  </section>
)

export default function Archive({ loaderData: { months } }: Route.ComponentProps) {
  const isPast = useAsOf() !== null
  if (months.length === 0)
    return (
      <Notice title={isPast ? 'The archive was empty then' : 'Nothing in the archive yet'}>
        <p>Posts are listed here by the month in which they were published.</p>
        {isPast ? (
          <DayForm />
        ) : (
          <p>
            <PastLink to="/write" className="button">
              Write a post
            </PastLink>
          </p>
        )}
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
      <p className="archive-digests">
        <PastLink to="/digest">The weekly digests</PastLink>
      </p>
      <AnotherDay />
    </>
  )
}
