// Everything works without this. With it: no page change between questions, urgent cards on the
// very touch of a box, Escape three times leaves.
(function () {
  "use strict";
  var d = document, root = d.documentElement, busy = false, leaving = false;
  var escapes = [], guarded = false;

  // Nothing stays on this phone: what was not sent, the questions, the worker that serves them.
  function wipe() {
    try {
      sessionStorage.clear();
      indexedDB.deleteDatabase("q");
      caches.delete("q");
      navigator.serviceWorker.getRegistrations().then(function (all) {
        all.forEach(function (each) { each.unregister(); });
      });
    } catch (_) {}
  }

  function leave(event) {
    if (event) event.preventDefault();
    leaving = true;
    wipe();
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
    arrived(ticked);
    more();
  }

  function arrived(ticked) {
    var left = d.querySelector(".notices") || d.querySelector(".left");
    d.getElementById("live").textContent = left ? left.textContent : "";
    focus(ticked);
    // One step of history stands for all questions: « back » means the question before.
    history.replaceState(null, "", "/chat");
    if (!guarded) { guarded = true; history.pushState(null, "", "/chat"); }
  }

  // What goes on without the network is fetched once there is something to go on with.
  function more() {
    var main = d.querySelector("main"), script;
    if (main.hasAttribute("data-over")) wipe();
    if (window.ahead) { ahead.start(); return; }
    if (!main.hasAttribute("data-ahead") && !main.hasAttribute("data-alone")) return;
    if (d.getElementById("more")) return;
    script = d.createElement("script");
    script.id = "more";
    script.src = d.body.dataset.more;
    d.head.append(script);
  }

  // A network that hangs is one that is missing. What is sent twice counts once.
  function post(action, fields) {
    var patience = window.AbortController ? new AbortController() : null, timer;
    if (patience) timer = setTimeout(function () { patience.abort(); }, 20000);
    return fetch(action, {
      method: "POST", body: new URLSearchParams(fields), headers: { "X-Swap": "1" },
      credentials: "same-origin", signal: patience ? patience.signal : undefined
    }).then(function (answer) { clearTimeout(timer); return answer; });
  }

  function submit(form, button) {
    if (busy || (window.ahead && ahead.take(form, button))) return;
    busy = true;
    var fields = new URLSearchParams(new FormData(form)), main = d.querySelector("main");
    if (button && button.name) fields.append(button.name, button.value);
    main.classList.add("waiting");
    // What was said before leaves first.
    (window.ahead ? ahead.flush() : Promise.resolve(true)).then(function (sent) {
      if (!sent) throw sent;
      return post(form.getAttribute("action"), fields);
    }).then(function (answer) {
      if (answer.status === 503) throw answer;
      return answer.text().then(function (text) {
        show(text, button && button.name === "tick" && button.value);
      });
    }).catch(function () {
      if (!window.ahead || !ahead.alone(form, button)) trouble();
    }).then(function () { busy = false; main.classList.remove("waiting"); });
  }

  function alone(box) {
    if (!box.checked) return;
    box.form.querySelectorAll("input[type=checkbox]").forEach(function (other) {
      var group = box.dataset.group;
      if (other !== box && ("alone" in box.dataset || "alone" in other.dataset ||
          (group && other.dataset.group === group))) other.checked = false;
    });
  }

  // Large text, dark or light: at once, and kept for the pages to come.
  function look(form, button) {
    if (button.name === "text") root.classList.toggle("large", button.value === "large");
    else {
      root.classList.remove("dark", "light");
      if (button.value !== "auto") root.classList.add(button.value);
    }
    form.querySelectorAll("[name=" + button.name + "]").forEach(function (each) {
      each.setAttribute("aria-pressed", each === button);
    });
    var fields = new URLSearchParams(new FormData(form));
    fields.append(button.name, button.value);
    remember();
    post("/affichage", fields).catch(function () {});
  }

  function remember() {
    try { sessionStorage.v = root.className.replace(/\b(?!large|dark|light)\w+\b/g, "").trim(); } catch (_) {}
  }

  d.addEventListener("submit", function (event) {
    var form = event.target, action = form.getAttribute("action") || "";
    if (action === "/affichage" && event.submitter) {
      event.preventDefault();
      look(form, event.submitter);
    }
    if (!window.fetch || !history.replaceState || !/^\/(say|begin)$/.test(action)) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  d.addEventListener("change", function (event) {
    var box = event.target;
    if (box.type === "checkbox" && box.name === "said") alone(box);
  });
  // The second touch of a hurried finger would answer the question that just came.
  d.addEventListener("click", function (event) {
    if (event.detail > 1 && event.target.closest && event.target.closest("main form button")) event.preventDefault();
  }, true);
  d.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a");
    if (link && link.id === "exit") leave(event);
    d.querySelectorAll(".tongue[open]").forEach(function (open) {
      if (!open.contains(event.target)) open.open = false;
    });
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
  if (root.className) remember();
  root.classList.add("js");
  window.chat = { show: show, arrived: arrived, focus: focus, post: post };
  more();
})();
