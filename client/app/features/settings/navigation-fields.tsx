import { bounds } from '@logbook/contracts/bounds.ts'
import type { NavigationEntry } from '@logbook/contracts/events/settings.ts'
import { useEffect, useState } from 'react'
import { Field } from '../accounts/fields.tsx'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { newKey } from '../page/key.ts'
import { editEntries, entriesIn, nameOf, type PageHere, unlinked } from './navigation-form.ts'

interface Row extends NavigationEntry {
  /** Of React's. A row keeps what is typed in it wherever it moves. */
  key: string
  errors: { label?: string | undefined; address?: string | undefined }
}

interface FieldsProps {
  /** The links in force. */
  entries: readonly NavigationEntry[]
  pages: readonly PageHere[]
  answer: FormAnswer | undefined
  /** What is in force, where it is not what was typed. */
  now: string | undefined
}

const rowsOf = ({ entries, answer }: FieldsProps): Row[] =>
  (answer ? entriesIn(new Map(Object.entries(answer.values))) : entries).map((entry, index) => ({
    ...entry,
    key: String(index),
    errors: {
      label: answer?.errors[nameOf(index, 'label')],
      address: answer?.errors[nameOf(index, 'address')],
    },
  }))

const answerOf = (name: string, message: string | undefined): FormAnswer | undefined =>
  message === undefined ? undefined : { intent: 'save', errors: { [name]: message }, values: {} }

interface ButtonProps {
  intent: string
  onPress: (event: React.MouseEvent<HTMLButtonElement>) => void
  className?: string
  disabled?: boolean
  children: React.ReactNode
}

/** Changes the links in the form. Without scripts the form is sent for it, and comes back with all that was typed. */
const Button = ({ intent, onPress, className = 'plain', disabled = false, children }: ButtonProps) => (
  <button
    type="submit"
    name="intent"
    value={intent}
    id={`links-${intent}`}
    className={className}
    formAction="/settings#links"
    formNoValidate
    disabled={disabled}
    onClick={onPress}
  >
    {children}
  </button>
)

interface RowProps extends Pick<ButtonProps, 'onPress'> {
  row: Row
  index: number
  isLast: boolean
}

const RowFields = ({ row, index, isLast, onPress }: RowProps) => {
  const fieldOf = (part: keyof NavigationEntry) => {
    const name = nameOf(index, part)
    return { name, defaultValue: row[part], answer: answerOf(name, row.errors[part]) }
  }
  const which = <span className="unseen"> link {index + 1}</span>
  return (
    <li>
      <fieldset className="link-row">
        <legend className="unseen">Link {index + 1}</legend>
        <Field {...fieldOf('label')} label="Label" maxLength={bounds.navigationLabelCharsMax} />
        <Field
          {...fieldOf('address')}
          label="Address"
          list="pages-here"
          inputMode="url"
          autoCapitalize="none"
          maxLength={bounds.navigationAddressCharsMax}
        />
        <span className="link-moves">
          <Button intent={`up:${index}`} onPress={onPress} disabled={index === 0}>
            <span aria-hidden="true">↑</span>
            <span className="unseen">Move up</span>
            {which}
          </Button>
          <Button intent={`down:${index}`} onPress={onPress} disabled={isLast}>
            <span aria-hidden="true">↓</span>
            <span className="unseen">Move down</span>
            {which}
          </Button>
          <Button intent={`remove:${index}`} onPress={onPress}>
            Remove{which}
          </Button>
        </span>
      </fieldset>
    </li>
  )
}

/** Where the focus goes after a button, and what is said of it. */
const afterwards = (intent: string, count: number): { focus: string; said: string } => {
  const [, step, at] = /^(up|down|remove):(\d+)$/.exec(intent) ?? []
  const from = Number(at)
  if (step === 'remove')
    return {
      focus: count === 0 ? 'links-add' : `links-remove:${Math.min(from, count - 1)}`,
      said: `Removed. ${count === 1 ? '1 link is' : `${count} links are`} left.`,
    }
  if (step === undefined) return { focus: `links-remove:${count - 1}`, said: `${count} links now.` }
  const to = step === 'up' ? from - 1 : from + 1
  const isAtEnd = step === 'up' ? to === 0 : to === count - 1
  return {
    focus: `links-${isAtEnd ? (step === 'up' ? 'down' : 'up') : step}:${to}`,
    said: `Moved to place ${to + 1} of ${count}.`,
  }
}

const useRows = (props: FieldsProps) => {
  const [rows, setRows] = useState(() => rowsOf(props))
  const [next, setNext] = useState<{ focus: string; said: string }>()
  useEffect(() => {
    if (next) document.getElementById(next.focus)?.focus()
  }, [next])
  const onPress = (event: React.MouseEvent<HTMLButtonElement>) => {
    const { value: intent, form } = event.currentTarget
    // As typed: a row's own fields say it, not what it began with.
    const typed = new Map([...new FormData(form ?? undefined)].map(([name, value]) => [name, String(value)]))
    const now = rows.map((row, index) => ({
      ...row,
      label: typed.get(nameOf(index, 'label')) ?? row.label,
      address: typed.get(nameOf(index, 'address')) ?? row.address,
    }))
    const edited = editEntries(now, { intent, pages: props.pages, picked: typed.get('page') ?? '' })
    if (edited === undefined) return
    event.preventDefault()
    setRows(edited.map((entry): Row => ('key' in entry ? entry : { ...entry, key: newKey(), errors: {} })))
    setNext(afterwards(intent, edited.length))
  }
  return { rows, onPress, said: next?.said }
}

const PickPage = ({ pages, onPress }: Pick<FieldsProps, 'pages'> & Pick<ButtonProps, 'onPress'>) => (
  <p className="field pick-page">
    <label htmlFor="pick-page">A page of this blog</label>
    <select id="pick-page" name="page">
      {pages.map(({ address, title }) => (
        <option key={address} value={address}>
          {title}
        </option>
      ))}
    </select>
    <Button intent="add-page" className="button second" onPress={onPress}>
      Add page
    </Button>
  </p>
)

/** The links of the header. */
export const NavigationFields = (props: FieldsProps) => {
  const { pages, answer, now } = props
  const { rows, onPress, said } = useRows(props)
  const left = unlinked(pages, rows)
  const isFull = rows.length >= bounds.navigationEntriesMax
  return (
    <>
      {answer?.errors.navigation === undefined ? null : (
        <p className="hint" data-kind="rejected">
          {answer.errors.navigation}
        </p>
      )}
      {now === undefined ? null : <p className="hint">{now}</p>}
      {rows.length > 0 ? null : (
        <p className="quiet">
          Links to pages, tags or other sites, in the header of every page. There are none yet.
        </p>
      )}
      <ol className="link-rows">
        {rows.map((row, index) => (
          <RowFields
            key={row.key}
            row={row}
            index={index}
            isLast={index === rows.length - 1}
            onPress={onPress}
          />
        ))}
      </ol>
      <datalist id="pages-here">
        {pages.map(({ address, title }) => (
          <option key={address} value={address} label={title} />
        ))}
      </datalist>
      <p role="status" className="unseen">
        {said}
      </p>
      {left.length === 0 ? null : (
        <p className="quiet">
          {`${left.length === 1 ? 'One page is' : `${left.length} pages are`} not in the header: `}
          {left.map(({ title, address }, index) => (
            <span key={address}>
              {index === 0 ? '' : ', '}
              <a href={address}>
                <bdi>{title}</bdi>
              </a>
            </span>
          ))}
          .
        </p>
      )}
      <div className="link-adds">
        {pages.length === 0 ? null : <PickPage pages={pages} onPress={onPress} />}
        <Button intent="add" className="button second" disabled={isFull} onPress={onPress}>
          Add a link
        </Button>
        {left.length < 2 ? null : (
          <Button intent="add-pages" className="button second" disabled={isFull} onPress={onPress}>
            Add all {left.length} pages
          </Button>
        )}
      </div>
    </>
  )
}
