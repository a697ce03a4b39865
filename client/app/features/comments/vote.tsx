import type { VoteValue } from '@logbook/contracts/http/comments.ts'
import { useEffect, useState } from 'react'
import { Form } from 'react-router'
import { sendVote } from './send.ts'

const storageKey = 'logbook:votes'
const votesKeptMax = 500

const recallVotes = (): Record<string, VoteValue> => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, VoteValue>) : {}
  } catch {
    return {}
  }
}

const keepVote = (id: string, value: VoteValue): void => {
  try {
    const votes = Object.entries({ ...recallVotes(), [id]: value }).filter(([, each]) => each !== 0)
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(votes.slice(-votesKeptMax))))
  } catch {
    // The vote counts all the same; only this browser will not show it as given.
  }
}

/** ▲ score ▼. The vote shows at once, and is taken back with a word if it could not be counted. */
export const Vote = ({ id, score, name }: { id: string; score: number; name: string }) => {
  const [value, setValue] = useState<VoteValue>(0)
  const [expected, setExpected] = useState<number>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => setValue(recallVotes()[id] ?? 0), [id])

  const vote = async (pressed: 1 | -1) => {
    if (expected !== undefined) return
    const wanted: VoteValue = value === pressed ? 0 : pressed
    setProblem(undefined)
    setValue(wanted)
    setExpected(score - value + wanted)
    const sent = await sendVote({ id, value: wanted })
    if (sent.ok) keepVote(id, wanted)
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
    void vote(submitter?.getAttribute('value') === '-1' ? -1 : 1)
  }
  return (
    <Form method="post" className="vote" onSubmit={press} preventScrollReset>
      <input type="hidden" name="intent" value="vote" />
      <input type="hidden" name="id" value={id} />
      <button
        type="submit"
        name="value"
        value="1"
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
        value="-1"
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
