import { Form } from 'react-router'
import type { AccountAnswer } from './account.server.ts'

/** What became of one of the forms of a page that has several. */
export type AnswerTo = (...intents: string[]) => AccountAnswer | undefined

/** One matter of an account. */
export const Section = ({
  title,
  id,
  children,
}: {
  title: string
  /** By which the answer to a form in it is shown where the form was: as the fragment of the form's address. */
  id?: string
  children: React.ReactNode
}) => (
  <section className="account-section" id={id}>
    <h2>{title}</h2>
    {children}
  </section>
)

/** One thing of a list: what it is, more of it, and what can be done. */
export const Row = ({
  name,
  about,
  children,
}: {
  name: React.ReactNode
  about?: React.ReactNode
  children?: React.ReactNode
}) => (
  <li className="account-row">
    <span className="what">
      {name} {about === undefined ? null : <span className="quiet">{about}</span>}
    </span>
    {children}
  </li>
)

/** A button about one thing of a list. */
export const Remove = ({
  id,
  intent,
  label,
  children,
}: {
  id: string
  intent: string
  label: string
  children: React.ReactNode
}) => (
  <Form method="post">
    <input type="hidden" name="id" value={id} />
    <button type="submit" name="intent" value={intent} className="plain" aria-label={label}>
      {children}
    </button>
  </Form>
)
