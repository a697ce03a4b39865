Feature: Judging
  Comments are judged by rules, and by people where the rules are wrong. The rule that every blog begins with rejects the word "orange".

  Background:
    Given the post "Colours"

  Scenario: A comment with a forbidden word is rejected, and no reader sees it
    When a reader comments "An orange heron" on the post "Colours"
    Then the comment "An orange heron" is rejected
    And no reader sees the text "An orange heron"
    And its writer learns that it contains "orange"

  Scenario: A moderator overrules the rules
    Given a reader commented "Orange is a place in France" on the post "Colours"
    And the comment "Orange is a place in France" is rejected
    When a moderator approves the comment "Orange is a place in France"
    Then everyone sees the comment "Orange is a place in France"

  Scenario: A moderator takes an approved comment away again
    Given a reader commented "Rude, but without the word" on the post "Colours"
    And everyone sees the comment "Rude, but without the word"
    When a moderator rejects the comment "Rude, but without the word"
    Then no reader sees the text "Rude, but without the word"
