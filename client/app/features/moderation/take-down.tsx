import { bounds } from '@logbook/contracts/bounds.ts'
import { Form } from 'react-router'
import { Failed } from '../page/state.tsx'

interface TakeDownProps {
  /** Of what is taken down. */
  id: string
  intent: 'take-comment-down' | 'take-post-down'
  /** Such as “the comment by Ada”. */
  name: string
  /** Why it was not, in words. */
  problem: string | undefined
  children?: React.ReactNode
}

/**
 * Folded, and sent by its own button alone: the reason is typed into an area, where Enter begins a line, and without a reason nothing
 * is sent. What is taken down can't be brought back.
 */
export const TakeDown = ({ id, intent, name, problem, children }: TakeDownProps) => (
  <details className="take-down" open={problem !== undefined}>
    <summary>
      Take down…<span className="unseen"> {name}</span>
    </summary>
    <Form method="post">
      <input type="hidden" name="intent" value={intent} />
      <p>
        It is removed for everyone, including moderators and its author, also from histories and the past.
        This cannot be undone.
      </p>
      {children}
      <label htmlFor={`why-${id}`}>Reason, shown to its author and to moderators in its history</label>
      <textarea
        id={`why-${id}`}
        name="reason"
        dir="auto"
        rows={2}
        required
        maxLength={bounds.reasonCharsMax}
      />
      {problem === undefined ? null : <Failed>Not taken down. {problem}</Failed>}
      <button type="submit" name="id" value={id} className="button second">
        {`Take down ${name} permanently`}
      </button>
    </Form>
  </details>
)

/** A post as a whole, or what it said before. */
export const TakePostDown = ({ id, problem }: Pick<TakeDownProps, 'id' | 'problem'>) => (
  <TakeDown id={id} intent="take-post-down" name="this post" problem={problem}>
    <label className="check">
      <input type="radio" name="texts" value="earlier" required /> Its earlier texts: the current one stays
    </label>
    <label className="check">
      <input type="radio" name="texts" value="all" /> All of it
    </label>
  </TakeDown>
)
