import '../accounts/accounts.css'
import '../comments/comments.css'
import '../settings/settings.css'
import '../writing/writing.css'
import type { Rule } from '@logbook/contracts/events/moderation.ts'
import { Link, useSearchParams } from 'react-router'
import { Field, Outcome } from '../accounts/fields.tsx'
import type { loadRules, RulesAnswer } from './rules.server.ts'
import { partOf, rulesToShow, type ShownRule, sentRules } from './rules-form.ts'

type Loaded = Awaited<ReturnType<typeof loadRules>>

const actionWords: Readonly<Record<Rule['action'], string>> = {
  hold: 'waits for a moderator',
  reject: 'is rejected',
  approve: 'is published',
}

interface Shown extends ShownRule {
  answer: RulesAnswer | undefined
}

const WordsField = ({ index, rule, answer }: Shown) => {
  const name = partOf(index, 'words')
  const error = answer?.errors[name]
  return (
    <p className="field">
      <label htmlFor={name}>A comment with one of these words</label>
      <textarea
        id={name}
        name={name}
        dir="auto"
        rows={3}
        defaultValue={answer?.values[name] ?? (rule?.kind === 'words' ? rule.words.join('\n') : '')}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={`${name}-hint`}
      />
      <span className="hint" id={`${name}-hint`} data-kind={error === undefined ? undefined : 'rejected'}>
        {error ?? 'One word or phrase a line, in any case. Empty: no rule.'}
      </span>
    </p>
  )
}

const LinksField = ({ index, rule, answer }: Shown) => (
  <Field
    name={partOf(index, 'linksMax')}
    label="A comment with more links than"
    defaultValue={rule?.kind === 'links' ? rule.linksMax : ''}
    type="number"
    min={0}
    max={1000}
    step={1}
    hint="Empty: no rule."
    answer={answer}
  />
)

const RuleFields = (shown: Shown) => {
  const { index, kind, name, rule, answer } = shown
  const [action, enabled] = [partOf(index, 'action'), partOf(index, 'enabled')]
  return (
    <fieldset className="settings-part">
      <legend>{name === '' ? `A new rule about ${kind}` : <bdi>{name}</bdi>}</legend>
      <input type="hidden" name={partOf(index, 'kind')} value={kind} />
      <input type="hidden" name={partOf(index, 'name')} value={name} />
      {kind === 'words' ? <WordsField {...shown} /> : <LinksField {...shown} />}
      <p className="field">
        <label htmlFor={action}>What happens to it</label>
        <select
          id={action}
          name={action}
          defaultValue={answer?.values[action] ?? rule?.action ?? ('hold' satisfies Rule['action'])}
        >
          {Object.entries(actionWords).map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      </p>
      <label className="check">
        <input
          type="checkbox"
          name={enabled}
          defaultChecked={answer ? enabled in answer.values : (rule?.enabled ?? true)}
        />{' '}
        In force
      </label>
    </fieldset>
  )
}

const Changed = ({ answer }: { answer: RulesAnswer | undefined }) =>
  answer?.changed === undefined || answer.changed.length === 0 ? null : (
    <ul className="account-list">
      {answer.changed.map(({ id, content, would }) => (
        <li key={id} className="account-row">
          <span className="push" dir="auto">
            {content}
          </span>
          <span className="quiet">{would}</span>
        </li>
      ))}
    </ul>
  )

const RulesForm = ({ loaded, answer }: { loaded: Loaded; answer: RulesAnswer | undefined }) => {
  const { rules, version, requestKey } = loaded
  const shown = answer ? sentRules(new Map(Object.entries(answer.values))) : rulesToShow(rules)
  return (
    <form method="post" action="/moderation/rules" className="settings-form">
      {/* The first button of a form is the one that Enter presses. */}
      <button type="submit" name="intent" value="save" hidden />
      <input type="hidden" name="version" value={answer?.values.version ?? version} />
      <input type="hidden" name="key" value={requestKey} />
      {shown.map((each) => (
        <RuleFields key={each.index} {...each} answer={answer} />
      ))}
      <p className="form-row">
        <button type="submit" name="intent" value="save" className="button">
          Save
        </button>
        <button type="submit" name="intent" value="try" className="button second">
          Try on the latest comments
        </button>
      </p>
    </form>
  )
}

/** The rules that judge comments before a person does, for moderators and owners. */
export const Rules = ({ loaded, answer }: { loaded: Loaded; answer: RulesAnswer | undefined }) => {
  const [search] = useSearchParams()
  const isSaved = answer === undefined && search.get('done') === 'saved'
  return (
    <>
      <h1 className="page-title">Rules for comments</h1>
      <Outcome answer={isSaved ? { intent: 'save', done: 'Saved.', errors: {}, values: {} } : answer} />
      <Changed answer={answer} />
      <p>
        The first rule that a comment meets decides; a comment that meets none is published. Changes count for
        the next comments. <Link to="/moderation">Comments that wait</Link>
      </p>
      <RulesForm key={loaded.requestKey} loaded={loaded} answer={answer} />
    </>
  )
}
