Feature: Replay
  The log holds everything that happened. Every view follows from it, and can be built again at any time.

  Scenario: The view is deleted, and built again from the log
    Given the post "Rebuilt" with approved and rejected comments
    When the files of the service "query" are deleted while it is down
    Then the post "Rebuilt" is read as before, byte for byte

  Scenario: The view is built anew beside the one that answers
    Given the post "Compared" with approved and rejected comments
    When the owner rebuilds the view
    Then it differs in nothing from the one that answers

  Scenario: A post as its readers saw it before
    Given the post "Then and now" with the text "As it was"
    And the position of the log is remembered
    When an author changes the text of the post "Then and now" to "As it is"
    Then the post "Then and now" reads "As it is"
    And at the remembered position it reads "As it was"
