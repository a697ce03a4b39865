import { Form } from 'react-router'

/** Ends the session, and loads the page again: much of it changes. */
export const SignOut = () => (
  <Form method="post" action="/sign-out" reloadDocument>
    <button type="submit" className="button second">
      Sign out
    </button>
  </Form>
)
