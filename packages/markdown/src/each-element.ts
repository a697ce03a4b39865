import type { Element, Root } from 'hast'

/**
 * Calls `visit` for each element of a tree, before those within it. `visit` may put another node in its parent's place for it. Recurses:
 * the tree must be bounded in depth.
 */
export const eachElement = (
  parent: Root | Element,
  visit: (element: Element, parent: Root | Element, index: number) => void,
): void => {
  for (const [index, child] of parent.children.entries()) {
    if (child.type !== 'element') continue
    visit(child, parent, index)
    eachElement(child, visit)
  }
}
