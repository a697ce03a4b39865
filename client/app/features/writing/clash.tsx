import type { Saved } from './draft.ts'

type ClashOutcome = Extract<Saved, { kind: 'clash' }>

/** Somebody saved another text meanwhile: both are there, and which one stays is the author's choice. */
export const Clash = ({
  outcome,
  onKeepMine,
  onTakeTheirs,
}: {
  outcome: ClashOutcome
  onKeepMine: () => void
  onTakeTheirs: () => void
}) => (
  <section className="clash" role="alert" aria-labelledby="clash-title">
    <h2 id="clash-title">This post was saved elsewhere meanwhile</h2>
    <p>
      Nothing is lost: your text is in the form, the other one is below. Copy over what you want to keep, then
      save again: what is in the form then replaces the other text.
    </p>
    <label className="field">
      The other text: “{outcome.theirs.title}”
      <textarea dir="auto" readOnly rows={12} defaultValue={outcome.theirs.content} />
    </label>
    <div className="form-row scripted">
      <button type="button" className="button" onClick={onKeepMine}>
        Save mine over it
      </button>
      <button type="button" className="button second" onClick={onTakeTheirs}>
        Take the other text
      </button>
    </div>
  </section>
)
