import axe, { type Result, type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

/** A frame without any right, as the preview of a mail, runs no script, and so no axe. */
const unseenFrames = 'iframe:not([sandbox=""])'

/** A page holds axe once: reading its 650 kB takes as long as judging a short page. */
const isLoaded = () => 'axe' in window

const judge = async (options: RunOptions): Promise<Result[]> =>
  (await (window as unknown as { axe: typeof axe }).axe.run(document, options)).violations

/** What axe finds wrong on a page, by all rules or by those that are named, but for what is in frames that run no scripts. Throws for a page with other frames. */
export const axeFindings = async (page: Page, ...rules: string[]): Promise<Result[]> => {
  const options: RunOptions = {
    // Of what passes axe would else tell node by node, which took it almost as long as to judge.
    resultTypes: ['violations'],
    // It would wait for each.
    iframes: false,
    // WCAG 2.2, which axe leaves out unless told.
    rules: { 'target-size': { enabled: true } },
    ...(rules.length > 0 ? { runOnly: { type: 'rule', values: rules } } : {}),
  }
  // Without its styles a page has other colours and sizes.
  await page.waitForLoadState()
  if (await page.locator(unseenFrames).count())
    throw new Error(`${page.url()} has a frame, which is not looked at`)
  if (!(await page.evaluate(isLoaded))) await page.evaluate(axe.source)
  return page.evaluate(judge, options)
}
