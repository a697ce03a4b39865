import type { CommentFlag } from '@logbook/contracts/events/comment-flags.ts'
import { useActionData } from 'react-router'
import type { Refused } from './edit-form.tsx'
import { pageOf } from './place.ts'
import type { Rights } from './rights.ts'
import type { ThreadComment } from './thread.ts'

interface FlagMenuProps {
  comment: ThreadComment
  rights: Pick<Rights, 'curate' | 'hideName'>
  /** Such as “Ada’s comment”. */
  whose: string
}

/** What each flag is set and cleared by, in words. */
const words: Readonly<Record<CommentFlag, Record<'true' | 'false', string>>> = {
  promoted: { true: 'Feature', false: 'Stop featuring' },
  advertised: { true: 'Quote beside the post', false: 'Stop quoting beside the post' },
  searchable: { true: 'Show in search', false: 'Leave out of search' },
  anonymized: { true: 'Hide the author’s name', false: 'Show the author’s name' },
}
const ownName = { true: 'Hide my name', false: 'Show my name' }

/** The other value of a flag, by a button: what undoes it is in the same place. */
const Toggle = ({
  comment,
  flag,
  whose,
}: Pick<FlagMenuProps, 'comment' | 'whose'> & { flag: CommentFlag }) => {
  const value = !comment[flag]
  const said = flag === 'anonymized' && comment.mine ? ownName : words[flag]
  return (
    <li>
      <button type="submit" name="flag" value={`${flag}:${value}`} className="plain">
        {said[`${value}`]}
        <span className="unseen">: {whose}</span>
      </button>
    </li>
  )
}

/** What readers find of a comment, folded. Complete without scripts: a form with a button for each flag. */
export const FlagMenu = ({ comment, rights: { curate, hideName }, whose }: FlagMenuProps) => {
  const { refused } = useActionData<{ refused?: Refused }>() ?? {}
  const problem = refused?.id === comment.id && refused.command === 'flag' ? refused.problem : undefined
  const { id } = comment
  const flags: CommentFlag[] = [
    ...(curate ? (['promoted', 'advertised', 'searchable'] as const) : []),
    ...(hideName ? (['anonymized'] as const) : []),
  ]
  return (
    <details className="flag-menu" open={problem !== undefined}>
      <summary id={`flags-${id}`}>
        More<span className="unseen"> about {whose}</span>
      </summary>
      <form method="post" action={pageOf(id)} data-swap={`comment-${id}`} data-opener={`flags-${id}`}>
        <input type="hidden" name="intent" value="flag" />
        <input type="hidden" name="id" value={id} />
        <ul>
          {flags.map((flag) => (
            <Toggle key={flag} comment={comment} flag={flag} whose={whose} />
          ))}
        </ul>
        {problem === undefined ? null : (
          <p role="alert" className="vote-problem">
            It was not changed. {problem}
          </p>
        )}
      </form>
    </details>
  )
}
