import { counted, inFigures } from '@logbook/contracts/words.ts'
import '../accounts/accounts.css'
import './readers.css'
import type { Figures } from '@logbook/contracts/http/figures.ts'
import { Link } from 'react-router'
import { Section } from '../accounts/section.tsx'
import { Table } from '../page/table.tsx'
import { useViewer } from '../page/viewer.ts'
import { Chart } from './chart.tsx'
import type { loadFigures } from './figures.server.ts'
import { periods, readersPath } from './periods.ts'

type Loaded = Awaited<ReturnType<typeof loadFigures>>

const Periods = ({ days, postId }: { days: number; postId: string | undefined }) => (
  <nav aria-label="Period" className="figures-periods">
    {periods.map(([each, name]) => (
      <Link
        key={each}
        to={readersPath({ days: each, postId })}
        aria-current={each === days ? 'page' : undefined}
        preventScrollReset
      >
        {name}
      </Link>
    ))}
  </nav>
)

const Posts = ({ posts, days }: { posts: Figures['posts']; days: number }) => (
  <Table
    className="figures-table"
    columns={['Post', 'Readers', 'Views']}
    rows={posts.map(({ id, title, readers, views }) => {
      const link = (
        <Link key={id} to={readersPath({ days, postId: id })}>
          <bdi>{title}</bdi>
        </Link>
      )
      return { key: id, cells: [link, inFigures(readers), inFigures(views)] }
    })}
  />
)

const Referrers = ({ figures: { referrers, readers } }: { figures: Figures }) => {
  const named = referrers.reduce((total, each) => total + each.readers, 0)
  const unnamed = 'Directly, or from a site that is not named'
  return (
    <Table
      className="figures-table"
      columns={['From', 'Readers']}
      rows={[
        ...referrers.map(({ host, readers }) => ({ key: host, cells: [host, inFigures(readers)] as const })),
        { key: unnamed, cells: [unnamed, inFigures(Math.max(0, readers - named))], isQuiet: true },
      ]}
    />
  )
}

const Explained = ({ isCounted }: { isCounted: boolean }) => (
  <Section title="How this is counted">
    <p>
      A view is a page of a post that a browser opened. A reader is a browser that opened the post on a day;
      one that comes on two days counts twice. One reader counts for at most 20 views of a post a day.
    </p>
    <p>
      There are no cookies. To tell readers apart, the server holds hashes of address and browser with a
      random salt in memory; the salt is thrown away when the day ends. Addresses, browsers and who read what
      are never stored. A site is named as a referrer once readers of two networks came from it on a day.
    </p>
    <p>
      Left out are search engines and other programs, people who write, moderate or own this blog while they
      are signed in, and readers whose browser asks not to be tracked. Counts arrive here within ten minutes,
      unless the operator has set another time.
    </p>
    {isCounted ? null : <p>Views are not counted at present: the setting “Count views of posts” is off.</p>}
  </Section>
)

const Nothing = ({ isCounted }: { isCounted: boolean }) => {
  const isOwner = useViewer()?.role === 'owner'
  return (
    <p className="figures-none">
      {isCounted ? 'No readers were counted in this period. Your own visits are not counted.' : null}
      {isCounted ? null : 'Views are not counted. '}
      {!isCounted && isOwner ? <Link to="/settings">Switch it on in the settings</Link> : null}
    </p>
  )
}

/** How often posts were opened, of one post or of all that the viewer may see. */
export const Readers = ({ figures, days, isCounted, post }: Loaded) => {
  const file = new URLSearchParams({ days: String(days), ...(post ? { post: post.id } : {}) })
  return (
    <>
      <h1 className="page-title">
        {post ? (
          <>
            <span className="quiet">Readers of</span> <bdi>{post.title}</bdi>
          </>
        ) : (
          'Readers'
        )}
      </h1>
      {post ? (
        <p>
          <Link to={readersPath({ days })}>All posts</Link> ·{' '}
          <a href={`/posts/${encodeURIComponent(post.slug)}`}>Read the post</a>
        </p>
      ) : null}
      <Periods days={days} postId={post?.id} />
      {figures.views === 0 ? (
        <Nothing isCounted={isCounted} />
      ) : (
        <>
          <p className="figures-sum">
            <strong>{counted(figures.readers, 'reader')}</strong>, {counted(figures.views, 'view')}
          </p>
          <Chart figures={figures} />
          <p>
            <a href={`/readers.csv?${file}`} download>
              Download as CSV
            </a>
          </p>
          {post ? null : (
            <Section title="Posts">
              <Posts posts={figures.posts} days={days} />
            </Section>
          )}
          <Section title="Where readers came from">
            <Referrers figures={figures} />
          </Section>
        </>
      )}
      <Explained isCounted={isCounted} />
    </>
  )
}
