import Bowser from 'bowser'

const charactersMax = 60

/** What a person calls the device of a session: "Chrome on Linux". A program that names itself keeps its own words. */
export const deviceOf = (userAgent: string | null): string => {
  if (!userAgent) return 'An unnamed device'
  const { browser, os } = Bowser.parse(userAgent)
  if (!browser.name) return userAgent.slice(0, charactersMax)
  return os.name ? `${browser.name} on ${os.name}` : browser.name
}
