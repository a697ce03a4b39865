Feature: Posting
  Authors write posts in Markdown. What is published is there for everyone, and what is not is there for its authors alone.

  Scenario: A title is enough
    When an author publishes the post "Herons at the quay"
    Then everyone can read the post "Herons at the quay"

  Scenario: A draft is seen by no reader until it is published
    Given the draft "Not yet"
    Then no reader finds the post "Not yet"
    When an author publishes the draft "Not yet"
    Then everyone can read the post "Not yet"

  Scenario: A draft is published at the time that was set
    Given the draft "At the turn of the tide"
    When an author sets a time a moment from now for the draft "At the turn of the tide"
    Then everyone can read the post "At the turn of the tide"

  Scenario: Markdown becomes a page, and scripts in it do not run
    When an author publishes the post "Tides" with the text "*High* water <script>alert(1)</script>"
    Then the page of the post "Tides" has "<em>High</em>"
    And the page of the post "Tides" does not have "alert(1)</script>"

  Scenario: Two people edit the same post
    Given the post "Low water"
    And two authors have opened the post "Low water"
    When the first of them saves the text "At noon"
    And the second of them saves the text "At midnight"
    Then the second is told that somebody else was first
    And the post "Low water" reads "At noon"

  Scenario: The connection breaks, and the post is sent again
    When an author sends the post "Once only" twice with the same key
    Then both are answered with the same post
    And there is 1 post "Once only"

  Scenario: A post that is deleted is gone
    Given the post "Gone with the tide"
    When an author deletes the post "Gone with the tide"
    Then no reader finds the post "Gone with the tide"
