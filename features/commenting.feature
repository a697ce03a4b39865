Feature: Commenting
  Readers comment on posts and on each other's comments. A comment is accepted at once, judged, and then shown to everyone.

  Background:
    Given the post "Birds"

  Scenario: A comment is shown once it is approved
    When a reader comments "A fine bird" on the post "Birds"
    Then everyone sees the comment "A fine bird"

  Scenario: Somebody without an account comments
    When a guest comments "Seen one today" on the post "Birds"
    Then everyone sees the comment "Seen one today"

  Scenario: A reply stands below what it answers
    Given a reader commented "Who saw it?" on the post "Birds"
    When a moderator replies "I did" to the comment "Who saw it?"
    Then everyone sees the comment "I did" below "Who saw it?"

  Scenario: Each person has one vote
    Given a reader commented "Vote for this" on the post "Birds"
    When a moderator votes for the comment "Vote for this"
    And a moderator votes for the comment "Vote for this"
    Then the comment "Vote for this" has 1 vote

  Scenario: A comment that is changed is judged again
    Given a reader commented "All well" on the post "Birds"
    When a reader changes the comment "All well" to "An orange one"
    Then the comment "All well" is rejected

  Scenario: A comment that is deleted leaves a gap, so that its replies stay where they were
    Given a reader commented "To be deleted" on the post "Birds"
    And a moderator replied "Staying" to the comment "To be deleted"
    When a reader deletes the comment "To be deleted"
    Then no reader sees the text "To be deleted"
    And everyone sees the comment "Staying"
