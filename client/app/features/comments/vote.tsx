import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import { useEffect, useState } from 'react'
import { Form } from 'react-router'
import { sendVote } from './send.ts'

interface VoteProps {
  id: string
  score: number
  /** How whoever reads voted already. */
  given: VoteValue
  name: string
  onVoted: (value: VoteValue) => void
}

/** ▲ score ▼. The vote shows at once, and is taken back with a word if it could not be counted. */
export const Vote = ({ id, score, given, name, onVoted }: VoteProps) => {
  const [value, setValue] = useState<VoteValue>(given)
  const [expected, setExpected] = useState<number>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => setValue(given), [given])

  const vote = async (pressed: 1 | -1) => {
    if (expected !== undefined) return
    const wanted: VoteValue = value === pressed ? 0 : pressed
    setProblem(undefined)
    setValue(wanted)
    setExpected(score - value + wanted)
    const sent = await sendVote({ id, value: wanted })
    if (sent.ok) onVoted(wanted)
    else {
      setValue(value)
      setExpected(undefined)
      setProblem(`Your vote was not counted. ${sent.problem}`)
    }
  }
  // The log has spoken: what was expected is now known.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new score is the news, not a value that is read
  useEffect(() => setExpected(undefined), [score])

  const press = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    void vote((submitter as HTMLElement | null)?.dataset.pressed === '-1' ? -1 : 1)
  }
  return (
    <Form method="post" className="vote" onSubmit={press} preventScrollReset>
      <input type="hidden" name="intent" value="vote" />
      <input type="hidden" name="id" value={id} />
      <button
        type="submit"
        name="value"
        data-pressed="1"
        // Without scripts, the same again takes it back.
        value={value === 1 ? 0 : 1}
        className="plain"
        aria-pressed={value === 1}
        aria-label={`Agree with ${name}`}
      >
        <span aria-hidden="true">▲</span>
      </button>
      <output aria-label="Score">{expected ?? score}</output>
      <button
        type="submit"
        name="value"
        data-pressed="-1"
        value={value === -1 ? 0 : -1}
        className="plain"
        aria-pressed={value === -1}
        aria-label={`Disagree with ${name}`}
      >
        <span aria-hidden="true">▼</span>
      </button>
      {problem ? (
        <span role="alert" className="vote-problem">
          {problem}
        </span>
      ) : null}
    </Form>
  )
}
