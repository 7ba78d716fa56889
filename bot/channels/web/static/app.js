// Everything works without this. With it: no page change between questions, urgent cards on the
// very touch of a box, Escape three times leaves.
(function () {
  "use strict";
  var d = document, root = d.documentElement, busy = false, leaving = false;
  var ticks = Promise.resolve(), ticked = 0, escapes = [], guarded = false;

  function leave(event) {
    if (event) event.preventDefault();
    leaving = true;
    var to = d.getElementById("exit").dataset.to;
    root.hidden = true;
    d.cookie = "a=1;path=/;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
    try { history.replaceState(null, "", "/"); } catch (_) {}
    location.replace(to);
  }

  function focus() {
    var at = d.querySelector("main .urgent") || d.querySelector("main .notice[tabindex]") || d.querySelector("h1");
    scrollTo(0, 0);
    if (at) at.focus();
  }

  function trouble() {
    var old = d.getElementById("trouble"), said = d.createElement("p");
    if (old) old.remove();
    said.id = "trouble";
    said.className = "notice";
    said.setAttribute("role", "alert");
    said.textContent = d.body.dataset.trouble;
    d.querySelector("main").prepend(said);
    said.scrollIntoView({ block: "center" });
  }

  function show(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    d.body.dataset.trouble = page.body.dataset.trouble;
    ["header", "main", "footer"].forEach(function (part) {
      d.querySelector(part).replaceWith(d.adoptNode(page.querySelector(part)));
    });
    ticked = 0;
    var left = d.querySelector(".notices") || d.querySelector(".left");
    d.getElementById("live").textContent = left ? left.textContent : "";
    focus();
  }

  function send(form, fields) {
    return fetch(form.getAttribute("action"), {
      method: "POST", body: fields, headers: { "X-Swap": "1" }, credentials: "same-origin"
    });
  }

  function submit(form, button) {
    if (busy) return;
    busy = true;
    var fields = new URLSearchParams(new FormData(form)), main = d.querySelector("main");
    if (button && button.name) fields.append(button.name, button.value);
    main.classList.add("waiting");
    ticks.then(function () { return send(form, fields); }).then(function (answer) {
      if (answer.status === 503) throw answer;
      return answer.text().then(function (text) {
        show(text);
        // One step of history stands for all questions: « back » means the question before.
        if (/^\/(say|begin)$/.test(form.getAttribute("action"))) {
          history.replaceState(null, "", "/chat");
          if (!guarded) { guarded = true; history.pushState(null, "", "/chat"); }
        }
      });
    }).catch(trouble).then(function () { busy = false; main.classList.remove("waiting"); });
  }

  function alone(box) {
    if (!box.checked) return;
    box.form.querySelectorAll("input[type=checkbox]").forEach(function (other) {
      var group = box.dataset.group;
      if (other !== box && ("alone" in box.dataset || "alone" in other.dataset ||
          (group && other.dataset.group === group))) other.checked = false;
    });
  }

  function tick(box) {
    var fields = new URLSearchParams(new FormData(box.form));
    fields.delete("said");
    fields.set("said", box.value);
    fields.set("tick", "1");
    fields.set("key", fields.get("key") + "~" + ++ticked);
    ticks = ticks.then(function () { return send(box.form, fields); }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (text) {
      if (text.indexOf("<section") < 0) return;
      var page = new DOMParser().parseFromString(text, "text/html"), main = d.querySelector("main");
      main.querySelectorAll(".urgent").forEach(function (old) { old.remove(); });
      page.querySelectorAll("section").forEach(function (card) { main.prepend(d.adoptNode(card)); });
      focus();
    }).catch(function () {});
  }

  d.addEventListener("submit", function (event) {
    var form = event.target, action = form.getAttribute("action") || "";
    if (!window.fetch || !history.replaceState || !/^\/(say|begin|erase)$/.test(action)) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  d.addEventListener("change", function (event) {
    var box = event.target;
    if (box.type === "checkbox" && box.name === "said" && window.fetch) { alone(box); tick(box); }
  });
  d.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a");
    if (link && link.id === "exit") leave(event);
    if (!event.target.closest(".tongue")) {
      var open = d.querySelector(".tongue[open]");
      if (open) open.open = false;
    }
  });
  d.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    escapes = escapes.filter(function (at) { return event.timeStamp - at < 3000; }).concat(event.timeStamp);
    if (escapes.length >= 3) leave();
  });
  addEventListener("popstate", function () {
    if (leaving || !guarded) return;
    guarded = false;
    var back = d.querySelector("button[value='/back']");
    if (back) submit(back.form, back);
  });
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  root.classList.add("js");
})();
