// Everything works without this. With it: no page change between questions, urgent cards on the
// very touch of a box, Escape three times leaves.
(function () {
  "use strict";
  var d = document, root = d.documentElement, busy = false, leaving = false;
  var escapes = [], guarded = false;

  function leave(event) {
    if (event) event.preventDefault();
    leaving = true;
    var to = d.getElementById("exit").dataset.to;
    root.hidden = true;
    d.cookie = location.protocol === "https:" ? "__Host-a=1;path=/;samesite=lax;secure" : "a=1;path=/;samesite=lax";
    try { history.replaceState(null, "", "/"); } catch (_) {}
    location.replace(to);
  }

  // An urgent card first, then a message, then the box just ticked, then the question.
  function focus(ticked) {
    var at = d.querySelector("main .urgent, main .notice[tabindex]");
    if (!at && ticked) at = d.querySelector("button[name=tick][value='" + ticked + "']");
    else scrollTo(0, 0);
    at = at || d.querySelector("h1");
    if (at) at.focus({ preventScroll: true });
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

  function show(text, ticked) {
    var page = new DOMParser().parseFromString(text, "text/html");
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    d.body.dataset.trouble = page.body.dataset.trouble;
    ["header", "main", "footer"].forEach(function (part) {
      d.querySelector(part).replaceWith(d.adoptNode(page.querySelector(part)));
    });
    var left = d.querySelector(".notices") || d.querySelector(".left");
    d.getElementById("live").textContent = left ? left.textContent : "";
    focus(ticked);
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
    send(form, fields).then(function (answer) {
      if (answer.status === 503) throw answer;
      return answer.text().then(function (text) {
        show(text, button && button.name === "tick" && button.value);
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

  d.addEventListener("submit", function (event) {
    var form = event.target, action = form.getAttribute("action") || "";
    if (!window.fetch || !history.replaceState || !/^\/(say|begin)$/.test(action)) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  d.addEventListener("change", function (event) {
    var box = event.target;
    if (box.type === "checkbox" && box.name === "said") alone(box);
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
    else location.replace("/");
  });
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  root.classList.add("js");
})();
