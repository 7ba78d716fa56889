// Which question comes next, by the conditions of the content files. The same as
// flows/conditions.py, three-valued: true, false, null where something was not answered.
// tests/test_ahead.py walks both along made-up interviews.
var walk = (function () {
  "use strict";
  var NOT_SAID = ["dont_know", "dont_understand", "prefer_not", "not_concerned", "skipped"];

  function all(parts) {
    return parts.indexOf(false) >= 0 ? false : parts.indexOf(null) >= 0 ? null : true;
  }

  function any(parts) {
    return parts.indexOf(true) >= 0 ? true : parts.indexOf(null) >= 0 ? null : false;
  }

  function within(value, bounds) {
    if (typeof value !== "number") return null;
    return !(value < bounds.min || value > bounds.max || value >= bounds.below);
  }

  function among(value, wanted) {
    if (value === undefined) return null;
    if (Array.isArray(value)) return value.some(function (each) { return wanted.indexOf(each) >= 0; });
    if (wanted.indexOf(value) >= 0) return true;
    return value === "not_concerned" || NOT_SAID.indexOf(value) < 0 ? false : null;
  }

  function part(key, raw, answers) {
    if (key === "all" || key === "any") {
      return (key === "all" ? all : any)(raw.map(function (each) { return verdict(each, answers); }));
    }
    if (typeof raw === "object" && !Array.isArray(raw)) {
      var exact = typeof answers.age_exact === "number" ? answers.age_exact : answers.age;
      return within(key === "age" ? exact : answers[key], raw);
    }
    return among(answers[key], [].concat(raw));
  }

  function verdict(raw, answers) {
    return all(Object.keys(raw).map(function (key) { return part(key, raw[key], answers); }));
  }

  function concerns(question, answers) {
    if (question.when && verdict(question.when, answers) !== true) return false;
    return !(question.unless && verdict(question.unless, answers) === true);
  }

  // Place of the first question from there on that concerns whoever said this; -1: none.
  function next(questions, answers, from) {
    for (var at = from; at < questions.length; at++) if (concerns(questions[at], answers)) return at;
    return -1;
  }

  // How many questions of this one's part are left, this one included.
  function left(questions, answers, at) {
    return questions.slice(at).filter(function (each) {
      return each.part === questions[at].part && concerns(each, answers);
    }).length;
  }

  // The cards that an answer to this question just made true.
  function due(cards, about, was, now) {
    return cards.filter(function (card) {
      return card.about.indexOf(about) >= 0 && verdict(card.when, now) === true &&
        verdict(card.when, was) !== true;
    });
  }

  return { next: next, left: left, due: due };
})();
