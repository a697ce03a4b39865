import './media.css'
import type { MediaQueueAnswer } from '@logbook/contracts/http/media-queue.ts'
import { type MediaState, mediaStates } from '@logbook/contracts/media-kinds.ts'
import { useEffect } from 'react'
import { Form, Link, useRevalidator } from 'react-router'
import { Outcome } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { Moment } from '../page/moment.tsx'
import { NextPage } from '../page/next-page.tsx'
import { Failed } from '../page/state.tsx'
import { isUnderWay, type Medium } from './api.ts'
import { Chain } from './job-chain.tsx'
import type { loadJobQueue } from './queue.server.ts'
import { stateInWords } from './words.ts'

type Loaded = Awaited<ReturnType<typeof loadJobQueue>>

const lookAgainMs = 2_000

const number = (count: number): string => count.toLocaleString('en', { maximumFractionDigits: 1 })

interface CountProps {
  name: string
  count: number
  children?: React.ReactNode
}

const Count = ({ name, count, children }: CountProps) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {number(count)} {children ? <span className="hint">{children}</span> : null}
    </dd>
  </div>
)

const Counts = ({ queue: { jobs, oldestAt, fault } }: { queue: MediaQueueAnswer }) => (
  <section aria-label="Jobs by state">
    {fault === null ? null : <Failed>{fault}</Failed>}
    <dl className="job-counts">
      <Count name="waiting" count={jobs.waiting}>
        {jobs.postponed > 0 ? `${number(jobs.postponed)} of them until a time` : null}
      </Count>
      <Count name="in progress" count={jobs.claimed} />
      <Count name="parked" count={jobs.parked}>
        {jobs.parked > 0 ? 'until a retry' : null}
      </Count>
      <Count name="cancelled" count={jobs.cancelled} />
      <Count name="finished" count={jobs.finished} />
    </dl>
    {oldestAt === null ? null : (
      <p className="hint">
        The job that waits longest was requested <Moment at={oldestAt} />.
      </p>
    )}
  </section>
)

const Worker = ({ worker }: { worker: MediaQueueAnswer['workers'][number] }) => {
  const { name, job, rate, finished, failed, lastAt } = worker
  return (
    <li>
      <bdi>{name}</bdi>{' '}
      {job === null ? (
        <Moment at={lastAt} prefix="idle, last at work " />
      ) : (
        <Link to={`?state=in+progress&job=${job}`} preventScrollReset>
          at work
        </Link>
      )}
      <span className="hint">
        {`${number(rate)} a minute · ${number(finished)} finished and ${number(failed)} failed in the last day`}
      </span>
    </li>
  )
}

const Workers = ({ queue: { workers, rateMinutes } }: { queue: MediaQueueAnswer }) => (
  <section aria-labelledby="workers">
    <h2 id="workers">Workers</h2>
    {workers.length === 0 ? (
      <p className="quiet">No worker had a job in the last day. One starts with the first file.</p>
    ) : (
      <>
        <ul className="job-workers">
          {workers.map((worker) => (
            <Worker key={worker.name} worker={worker} />
          ))}
        </ul>
        <p className="hint">Rates are those of the last {rateMinutes} minutes.</p>
      </>
    )}
  </section>
)

interface JobProps extends Pick<Loaded, 'chain' | 'only'> {
  job: Medium
  state: MediaState
}

const Job = ({ job, state, only, chain }: JobProps) => {
  const isOpen = chain?.id === job.id
  const list = new URLSearchParams({ state, ...only })
  const intent = job.state === 'failed' ? 'retry' : isUnderWay(job) ? 'cancel' : undefined
  return (
    <li className="job" id={`job-${job.id}`}>
      <div className="arrival-text">
        <p className="arrival-name">
          <bdi>{job.name}</bdi>
        </p>
        <p
          className={job.state === 'failed' ? 'state' : 'hint'}
          data-kind={job.state === 'failed' ? 'rejected' : undefined}
        >
          {stateInWords(job)}
        </p>
        <p className="hint">
          <Moment at={job.requestedAt} prefix="requested " />
          {job.attempts > 0 ? ` · ${job.attempts === 1 ? 'one attempt' : `${job.attempts} attempts`}` : null}
        </p>
      </div>
      {intent === undefined ? null : (
        <Form method="post" preventScrollReset>
          <input type="hidden" name="id" value={job.id} />
          <button type="submit" name="intent" value={intent} className="plain">
            {intent === 'retry' ? 'Try again' : 'Cancel'}
            <span className="unseen"> {job.name}</span>
          </button>
        </Form>
      )}
      <Link
        to={isOpen ? `?${list}` : `?${list}&job=${job.id}`}
        className="plain"
        aria-expanded={isOpen}
        preventScrollReset
      >
        {isOpen ? 'Close' : 'What happened'}
        <span className="unseen"> to {job.name}</span>
      </Link>
      {isOpen ? <Chain entries={chain.entries} /> : null}
    </li>
  )
}

const emptyWords: Record<MediaState, string> = {
  failed:
    'No job is parked or cancelled. A file that could not be made ready is listed here, with the reason.',
  'in progress': 'No worker has a job at the moment. Jobs begin when somebody adds a picture or a file.',
  'not started': 'No job waits.',
  finished: 'No job is finished yet.',
}

/** The queue page of the machine room. It is complete without scripts; with them it looks again every two seconds. */
export const JobQueue = ({ loaded, answer }: { loaded: Loaded; answer: FormAnswer | undefined }) => {
  const { queue, state, only, jobs, chain, older } = loaded
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void revalidate()
    }, lookAgainMs)
    return () => clearInterval(timer)
  }, [revalidate])
  const isElsewhere = chain !== null && jobs.every(({ id }) => id !== chain.id)
  return (
    <>
      <h1 className="page-title">Work queue</h1>
      <Outcome answer={answer} />
      <Counts queue={queue} />
      <Workers queue={queue} />
      <section aria-labelledby="jobs">
        <h2 id="jobs">Jobs</h2>
        <nav className="job-states" aria-label="Jobs by state">
          {mediaStates.map((each) => (
            <Link
              key={each}
              to={`?${new URLSearchParams({ state: each, ...only })}`}
              aria-current={each === state ? 'page' : undefined}
              preventScrollReset
            >
              {each}
            </Link>
          ))}
        </nav>
        {only.imported === undefined ? null : (
          <p className="hint">
            Only what imports brought is listed.{' '}
            <Link to={`?${new URLSearchParams({ state })}`} preventScrollReset>
              List all
            </Link>
          </p>
        )}
        {isElsewhere ? <Chain entries={chain.entries} /> : null}
        {jobs.length === 0 ? <p className="quiet">{emptyWords[state]}</p> : null}
        <ul className="media-list">
          {jobs.map((job) => (
            <Job key={job.id} job={job} state={state} only={only} chain={chain} />
          ))}
        </ul>
        <NextPage query={{ state, ...only }} cursor={older} />
      </section>
    </>
  )
}
