import type { ApiToken } from '@logbook/contracts/http/account-answers.ts'
import { tokenScopes } from '@logbook/contracts/token-scopes.ts'
import { Form } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { Field, Outcome } from './fields.tsx'
import { type AnswerTo, Remove, Row, Section } from './section.tsx'

const lifetimes = [
  [30, '30 days'],
  [90, '90 days'],
  [365, 'a year'],
] as const

const scopesInWords = (token: ApiToken): string =>
  token.scopes === null || token.scopes.length === 0 || token.scopes.includes('all')
    ? 'everything you may do'
    : token.scopes.join(', ')

const About = ({ token }: { token: ApiToken }) => (
  <>
    {scopesInWords(token)} ·{' '}
    {token.expiresAt === null ? null : <Moment at={token.expiresAt} prefix="until " />}
    {token.expiresAt === null ? '' : ' · '}
    {token.lastUsedAt === null ? 'never used' : <Moment at={token.lastUsedAt} prefix="used " />}
  </>
)

/** Tokens with which scripts act for a person. */
export const ApiTokens = ({
  tokens,
  requestKey,
  answerTo,
}: {
  tokens: ApiToken[]
  requestKey: string
  answerTo: AnswerTo
}) => {
  const made = answerTo('add-token')?.token
  return (
    <Section title="API tokens">
      <p>
        A script sends one as <code>Authorization: Bearer …</code> and has your rights, within the services
        that you select. <a href="/docs">API documentation</a>.
      </p>
      {made === undefined ? null : (
        <div className="secret-once" role="status">
          <span>This is the token. It is shown only once; store it somewhere safe.</span>
          <code>{made}</code>
        </div>
      )}
      <Outcome answer={answerTo('remove-token')} />
      <ul className="account-list">
        {tokens.map((token) => (
          <Row key={token.id} name={<bdi>{token.name}</bdi>} about={<About token={token} />}>
            <Remove id={token.id} intent="remove-token" label={`Revoke ${token.name}`}>
              Revoke
            </Remove>
          </Row>
        ))}
      </ul>
      <Form method="post" className="account-form">
        <input type="hidden" name="key" value={requestKey} />
        <Outcome answer={answerTo('add-token')} />
        <Field label="What is it for?" name="name" required maxLength={100} answer={answerTo('add-token')} />
        <fieldset>
          <legend>Services (none selected: all)</legend>
          {tokenScopes.map((scope) => (
            <label key={scope} className="check">
              <input type="checkbox" name={`scope-${scope}`} /> {scope}
            </label>
          ))}
        </fieldset>
        <div className="form-row">
          <label className="check">
            Expires after{' '}
            <select name="days" defaultValue={90}>
              {lifetimes.map(([days, words]) => (
                <option key={days} value={days}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" name="intent" value="add-token" className="button">
            Create token
          </button>
        </div>
      </Form>
    </Section>
  )
}
