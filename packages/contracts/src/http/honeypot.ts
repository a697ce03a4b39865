/**
 * A field that people never see and programs that fill in every form do fill in. Forms for comments, for signing up and for a
 * forgotten password carry it, hidden from sight and from screen readers, out of the tab order and with `autocomplete="off"`. What
 * comes with something in it is answered as if all were well, and dropped by the gateway. It may be left out or empty.
 */
export const honeypotField = 'companySite'
