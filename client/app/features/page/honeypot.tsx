import { honeypotField } from '@logbook/contracts/http/honeypot.ts'

/** A field that only bots fill in; the gateway drops forms with a value in it. */
export const Honeypot = () => (
  <div className="honeypot" aria-hidden="true">
    <input name={honeypotField} tabIndex={-1} autoComplete="off" />
  </div>
)
