/**
 * First in a form whose buttons do different things: Enter in a field then sends nothing, without scripts too. HTML takes the first submit
 * button for Enter, and does nothing where that is disabled.
 */
export const NoEnter = () => <button type="submit" disabled hidden />
