import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import { pageOf } from './place.ts'

interface VoteProps {
  id: string
  score: number
  /** How the reader voted already. */
  given: VoteValue
  name: string
}

const Arrow = ({ pressed, given, label }: { pressed: 1 | -1; given: VoteValue; label: string }) => (
  <button
    type="submit"
    name="value"
    data-pressed={pressed}
    // The same again takes it back.
    value={given === pressed ? 0 : pressed}
    className="plain"
    aria-pressed={given === pressed}
    aria-label={label}
  >
    <span aria-hidden="true">{pressed === 1 ? '▲' : '▼'}</span>
  </button>
)

/** ▲ score ▼ */
export const Vote = ({ id, score, given, name }: VoteProps) => (
  <form method="post" action={pageOf(id)} className="vote" data-vote={given}>
    <input type="hidden" name="intent" value="vote" />
    <input type="hidden" name="id" value={id} />
    <Arrow pressed={1} given={given} label={`Agree with ${name}`} />
    <output aria-label="Score">{score}</output>
    <Arrow pressed={-1} given={given} label={`Disagree with ${name}`} />
    <span role="alert" className="vote-problem" />
  </form>
)
