Feature: Live changes
  Who has a post open sees new comments and verdicts at once, without loading the page again.

  Background:
    Given the post "Open in a tab"

  Scenario Outline: Somebody who watches by <means> is told of a comment, and of nothing that was rejected
    Given a stranger watches the post "Open in a tab" by <means>
    When a reader comments "An orange one" on the post "Open in a tab"
    And a reader comments "A plain one" on the post "Open in a tab"
    Then the stranger is told of the comment "A plain one"
    And the stranger was never told the text "An orange one"

    Examples:
      | means              |
      | server-sent events |
      | a WebSocket        |

  Scenario: The connection breaks, and nothing is missed
    Given a stranger watches the post "Open in a tab" by a WebSocket
    And the connection of the stranger breaks
    When a reader comments "Said meanwhile" on the post "Open in a tab"
    And everyone sees the comment "Said meanwhile"
    And the stranger watches again from where the connection broke
    Then the stranger is told of the comment "Said meanwhile"
