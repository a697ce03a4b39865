import { counted } from '@logbook/contracts/words.ts'
import { useEffect, useRef } from 'react'
import { Difference } from '../history/difference.tsx'
import { Moment } from '../page/moment.tsx'
import type { Clash, Saved } from './draft.ts'

export const clashId = 'clash'

/** Focuses the notice when it appears, which also brings it into sight. */
const useFocus = (of: unknown) => {
  const notice = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another outcome is another notice
  useEffect(() => notice.current?.focus(), [of])
  return notice
}

interface ClashNoticeProps {
  outcome: Clash
  onMerge: () => void
  onKeepMine: () => void
  onTakeTheirs: () => void
}

const Changed = ({ outcome: { diff, theirs } }: Pick<ClashNoticeProps, 'outcome'>) => (
  <>
    {diff ? (
      <>
        <h3>What the other save changed</h3>
        <Difference diff={diff} />
      </>
    ) : null}
    <details open={diff === null}>
      <summary>
        The other text as a whole: “<bdi>{theirs.title}</bdi>”
      </summary>
      <textarea
        dir="auto"
        readOnly
        rows={12}
        aria-label={`The other text: “${theirs.title}”`}
        value={theirs.content}
      />
    </details>
  </>
)

/** Somebody saved another text meanwhile. Both are there, and the author chooses what stays; nothing is saved before. */
export const ClashNotice = ({ outcome, onMerge, onKeepMine, onTakeTheirs }: ClashNoticeProps) => {
  const notice = useFocus(outcome)
  return (
    <section ref={notice} id={clashId} tabIndex={-1} className="clash" aria-labelledby="clash-title">
      <h2 id="clash-title">This post was saved elsewhere in the meantime</h2>
      <p>
        {outcome.diff ? (
          <>
            The other text was saved <Moment at={outcome.diff.to.time} />.{' '}
          </>
        ) : null}
        Yours is not saved yet: it is in the form below. Choose which text the post should have. A text that
        was saved stays in the history.
      </p>
      <div className="form-row">
        {outcome.base ? (
          <button type="submit" name="intent" value="merge" className="button" onClick={choose(onMerge)}>
            Merge both
          </button>
        ) : null}
        <button
          type="submit"
          name="intent"
          value="save"
          className="button second"
          onClick={choose(onKeepMine)}
        >
          Overwrite with mine
        </button>
        <a href="?" className="button second" onClick={choose(onTakeTheirs)}>
          Use the other text
        </a>
      </div>
      <Changed outcome={outcome} />
    </section>
  )
}

/** Where scripts run, what the button does; else its form is sent. */
const choose = (act: () => void) => (event: React.MouseEvent) => {
  event.preventDefault()
  act()
}

/** The form has another text than the one that was typed, and says so. */
export const Settled = ({
  outcome,
  onPutBack,
}: {
  outcome: Extract<Saved, { kind: 'merged' }> | { kind: 'taken' }
  /** Absent without scripts, where the back button does it. */
  onPutBack: (() => void) | undefined
}) => {
  const notice = useFocus(outcome)
  return (
    <section ref={notice} tabIndex={-1} className="clash" aria-label="Result of the merge">
      <p>
        {outcome.kind === 'taken' ? (
          'The other text is in the form.'
        ) : (
          <>
            Both texts are in the form as one. Read it, then save it: nothing is saved yet.{' '}
            {outcome.clashes === 0
              ? 'Nothing was changed in both.'
              : `${counted(outcome.clashes, 'passage')} changed in both: in the text, yours comes before the other; title, excerpt and address keep yours.`}
          </>
        )}
      </p>
      {onPutBack ? (
        <button type="button" className="plain" onClick={onPutBack}>
          Restore my text
        </button>
      ) : null}
    </section>
  )
}
