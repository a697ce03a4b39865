import { honeypotField } from '@logbook/contracts/http/honeypot.ts'

/** A field that only programs fill in; what comes with it filled in is dropped on the way. */
export const Honeypot = () => (
  <div className="honeypot" aria-hidden="true">
    <input name={honeypotField} tabIndex={-1} autoComplete="off" />
  </div>
)
