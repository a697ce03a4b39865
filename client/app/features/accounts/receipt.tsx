import type { Receipt } from '@logbook/contracts/http/account-answers.ts'
import './accounts.css'
import { counted } from '@logbook/contracts/words.ts'
import { useEffect } from 'react'
import { useRevalidator } from 'react-router'
import { Moment } from '../page/moment.tsx'

const state = ({ confirmedAt, overdue }: Receipt['services'][number]) => {
  if (confirmedAt !== null) return <Moment at={confirmedAt} prefix="✓ " />
  return overdue ? (
    <span data-kind="rejected">✕ overdue</span>
  ) : (
    <span data-kind="pending">◷ in progress</span>
  )
}

const lookAgainMs = 2_000

/** Looks again until every service has confirmed. */
const useNews = (isComplete: boolean): void => {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    if (isComplete) return
    const looking = setInterval(() => void revalidate(), lookAgainMs)
    return () => clearInterval(looking)
  }, [isComplete, revalidate])
}

const Services = ({ services }: Pick<Receipt, 'services'>) => (
  <table className="receipt">
    <tbody>
      {services.map((each) => (
        <tr key={each.service}>
          <th scope="row">{each.service}</th>
          <td>{state(each)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** What was erased of a person, and who has confirmed it. It contains no names. */
export const ErasureReceipt = ({ receipt }: { receipt: Receipt }) => {
  useNews(receipt.complete)
  return (
    <>
      <h1 className="page-title" aria-live="polite">
        {receipt.complete ? 'Erased' : 'Being erased'}
      </h1>
      <p className="receipt-words">
        The key was destroyed <Moment at={receipt.erasedAt} />. {counted(receipt.events.length, 'event')} of
        the log cannot be read any more. Keep this address if you want to look again.
      </p>
      <section className="account-section">
        <h2>Confirmed by</h2>
        <Services services={receipt.services} />
        {receipt.complete ? null : (
          <p className="unscripted">Reload the page to see who has confirmed since.</p>
        )}
      </section>
      {receipt.events.length === 0 ? null : (
        <details className="account-section">
          <summary>The events</summary>
          <table className="receipt">
            <thead>
              <tr>
                <th scope="col">Position</th>
                <th scope="col">Type</th>
                <th scope="col">Id</th>
              </tr>
            </thead>
            <tbody>
              {receipt.events.map(({ id, type, position }) => (
                <tr key={id}>
                  <td>{position}</td>
                  <td>{type}</td>
                  <td>
                    <code>{id}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  )
}
