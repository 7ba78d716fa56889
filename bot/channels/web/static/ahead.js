// Going on without waiting for the network: the next question comes from what was fetched before,
// answers leave one after the other, each once, and what we are answered is the truth.
// A phone keeps only what has not left yet, sealed under a key that goes with this tab.
(function () {
  "use strict";
  const d = document, root = d.documentElement, chat = window.chat, DAY = 864e5, AGAIN = 4000;
  const able = window.indexedDB && window.caches && navigator.serviceWorker && window.crypto && crypto.subtle;
  let at = null;      // where one stands: {suite, known, about, key, language, made, queue}
  let suite = null;   // the questions, once they are here
  let held = null;    // their address
  let running = null, saving = Promise.resolve(), timer = 0;

  // -- what is kept ---------------------------------------------------------------------

  function shelf(work) {
    return new Promise(function (done, fail) {
      const opening = indexedDB.open("q", 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore("q"); };
      opening.onerror = fail;
      opening.onsuccess = function () {
        const base = opening.result, turn = base.transaction("q", "readwrite");
        const asked = work(turn.objectStore("q"));
        turn.oncomplete = function () { base.close(); done(asked.result); };
        turn.onerror = turn.onabort = function () { base.close(); fail(); };
      };
    });
  }

  function secret(length) {
    return Array.from(crypto.getRandomValues(new Uint8Array(length)), (it) => (it + 256).toString(16).slice(1)).join("");
  }

  function mine(name, make) {
    if (!sessionStorage[name]) sessionStorage[name] = make();
    return sessionStorage[name];
  }

  async function seal(use, iv, data) {
    const key = mine("k", () => secret(32)).match(/../g).map((it) => parseInt(it, 16));
    const made = await crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, [use]);
    return crypto.subtle[use]({ name: "AES-GCM", iv: iv }, made, data);
  }

  function place() { return mine("p", () => Date.now() + "-" + secret(6)); }

  async function write() {
    if (!at || !at.queue.length) return shelf((it) => it.delete(place()));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await seal("encrypt", iv, new TextEncoder().encode(JSON.stringify(at)));
    return shelf((it) => it.put({ iv: iv, data: data }, place()));
  }

  function save() {
    saving = saving.then(write).catch(function () {});
    return saving;
  }

  // What this tab has not sent; what a closed tab left cannot be read, and goes after a day.
  async function left() {
    try {
      if (!sessionStorage.p) return null;
      await shelf((it) => it.delete(IDBKeyRange.upperBound(String(Date.now() - DAY))));
      const found = await shelf((it) => it.get(place()));
      if (!found) return null;
      return JSON.parse(new TextDecoder().decode(await seal("decrypt", found.iv, found.data)));
    } catch (_) { return null; }
  }

  async function load(address, language) {
    if (held === address) return;
    suite = await (await fetch(address)).json();
    held = address;
    keep(address, language);
  }

  // For the day the network is missing: the page, its looks, the questions, the numbers to call.
  async function keep(address, language) {
    try {
      await navigator.serviceWorker.register("/sw.js");
      const box = await caches.open("q"), parts = [d.querySelector("link[rel=stylesheet]").href,
        d.querySelector("script[src]").src, d.body.dataset.more, address];
      const drawn = d.querySelector("main use");
      if (drawn) parts.push(drawn.getAttribute("href").split("#")[0]);
      for (const each of await box.keys()) if (each.url.indexOf("/suite/") > 0) await box.delete(each);
      for (const each of parts) if (!(await box.match(each))) await box.add(each);
      for (const each of ["/hors-ligne", "/help"]) {
        await box.put(each, await fetch(each + "?language=" + language, { credentials: "omit" }));
      }
      root.classList.add("kept");
    } catch (_) {}
  }

  // -- going on -------------------------------------------------------------------------

  function index(id) { return suite.questions.findIndex((each) => each.id === id); }

  function waits() {
    const field = d.querySelector("main form.question input[name=about]");
    return field ? field.value : "";
  }

  // What was said, as conditions read it; null where only the server can tell.
  function read(form, button, question) {
    const name = button && button.name, value = button && button.value;
    if (name === "said" || (name === "instead" && value[0] !== "/")) {
      return question.id.indexOf("go_on_") || value === "go_on" ? value : null;
    }
    if (name !== "done") return null;
    const written = form.elements.written;
    if (!written) {
      const boxes = new FormData(form).getAll("said");
      return boxes.length ? boxes : null;
    }
    if (!question.bounds || !/^ *\d{1,3}([.,]\d{1,2})? *$/.test(written.value)) return null;
    const number = parseFloat(written.value.replace(",", "."));
    return number >= question.bounds[0] && number <= question.bounds[1] ? number : null;
  }

  function fields(form, button) {
    const sent = new URLSearchParams(new FormData(form));
    if (button && button.name) sent.append(button.name, button.value);
    return sent.toString();
  }

  function asked(form) {
    const about = form.elements.about;
    if (!at || !suite || !about || about.value !== at.about || waits() !== at.about) return null;
    const question = suite.questions[index(at.about)];
    return question && question.html ? question : null;
  }

  // Take this answer here, if it can be. True: nothing more to do.
  function take(form, button) {
    const question = asked(form);
    if (!question) return false;
    if (button && button.name === "tick") return tick(form, button, question);
    const value = read(form, button, question);
    if (value === null) return false;
    step(value, fields(form, button), "");
    return true;
  }

  // Words written where there is no network: kept, and met with the numbers, whatever they say.
  function alone(form, button) {
    const question = asked(form), written = form.elements.written;
    if (!question || !written || !written.value.trim()) return false;
    if (written.tagName === "TEXTAREA") {
      step(written.value.trim(), fields(form, button), suite.typed);
      return true;
    }
    d.querySelector("main").insertAdjacentHTML("afterbegin", suite.typed);
    return false;
  }

  function step(value, sent, first) {
    const was = at.known, here = index(at.about);
    at.known = Object.assign({}, was, { [at.about]: value });
    const cards = walk.due(suite.cards, at.about, was, at.known).map((it) => it.html).join("");
    const to = walk.next(suite.questions, at.known, here + 1), next = suite.questions[to];
    at.queue.push(sent);
    at.about = next ? next.id : "";
    root.classList.add("sending");
    if (next && next.html) draw(next, to, first + cards);
    else d.querySelector("main").classList.add("waiting");
    save().then(flush);
  }

  function draw(question, to, above) {
    const main = d.querySelector("main"), count = walk.left(suite.questions, at.known, to);
    main.innerHTML = above + suite.heads[question.head] + question.html +
      suite.helps[question.help].replace("{why}", () => question.why);
    main.classList.remove("waiting");
    main.removeAttribute("data-ahead");
    const rest = main.querySelector(".left");
    if (rest) rest.textContent = suite.left[count > 1 ? 1 : 0].replace("{count}", count);
    if (!question.id.indexOf("go_on_")) main.querySelectorAll(".urgent form").forEach((it) => it.remove());
    dress(main);
    chat.arrived();
  }

  function renew() {
    const key = at.key + "~" + ++at.made;
    d.querySelectorAll("input[name=key]").forEach((it) => { it.value = key; });
    return key;
  }

  function dress(main) {
    const key = renew();
    main.querySelectorAll("form").forEach(function (form) {
      [["key", key], ["language", at.language], ["about", at.about]].forEach(function (each) {
        const field = d.createElement("input");
        field.type = "hidden"; field.name = each[0]; field.value = each[1];
        form.prepend(field);
      });
    });
  }

  // A box of a question that may be urgent: the card comes on the very touch.
  function tick(form, button, question) {
    const boxes = Array.from(form.querySelectorAll("button[name=tick]"));
    const ticked = () => boxes.filter((it) => it.getAttribute("aria-checked") === "true").map((it) => it.value);
    const was = ticked(), on = was.indexOf(button.value) < 0;
    boxes.forEach(function (box) {
      const same = question.group[box.value] && question.group[box.value] === question.group[button.value];
      const apart = same || question.alone.indexOf(box.value) >= 0 || question.alone.indexOf(button.value) >= 0;
      if (box === button) box.setAttribute("aria-checked", on);
      else if (on && apart) box.setAttribute("aria-checked", false);
    });
    form.querySelectorAll("input[name=said]").forEach((it) => it.remove());
    ticked().forEach(function (value) {
      const field = d.createElement("input");
      field.type = "hidden"; field.name = "said"; field.value = value;
      form.append(field);
    });
    const told = (values) => values.length ? Object.assign({}, at.known, { [question.id]: values }) : at.known;
    const cards = walk.due(suite.cards, question.id, told(was), told(ticked()));
    d.querySelector("main").insertAdjacentHTML("afterbegin", cards.map((it) => it.html).join(""));
    renew();
    chat.focus(button.value);
    return true;
  }

  // -- sending --------------------------------------------------------------------------

  function flush() {
    running = running || send().then(function (sent) { running = null; return sent; });
    return running;
  }

  async function send() {
    let text = "";
    clearTimeout(timer);
    try {
      while (at && at.queue.length) {
        if (navigator.onLine === false) throw at;
        const answer = await chat.post("/say", at.queue[0]);
        if (answer.status >= 500) throw answer;
        text = await answer.text();
        at.queue.shift();
        await save();
      }
    } catch (_) {
      cut();
      return false;
    } finally { root.classList.remove("sending"); }
    tell("");
    if (text) settle(text);
    return true;
  }

  function cut() {
    if (!at || !at.queue.length) return;
    const main = d.querySelector("main");
    if (main.classList.contains("waiting")) halt(main);
    tell(suite.unsent);
    timer = setTimeout(flush, AGAIN);
  }

  // Here only the server can go on.
  function halt(main) {
    main.innerHTML = suite.waits;
    main.classList.remove("waiting");
    renew();
    chat.arrived();
  }

  function tell(words) {
    const old = d.getElementById("unsent"), said = d.createElement("p");
    if (old && !words) old.remove();
    if (old || !words) return;
    said.id = "unsent"; said.className = "notice";
    said.setAttribute("role", "status");
    said.textContent = words;
    d.querySelector("main").after(said);
  }

  // The server's page, unless it asks what is on the screen already and has nothing to add.
  function settle(text) {
    const page = new DOMParser().parseFromString(text, "text/html"), main = page.querySelector("main");
    const field = main.querySelector("form.question input[name=about]"), shown = d.querySelector("main");
    const same = main.dataset.ahead && field && field.value === waits() && !main.querySelector(".notice") &&
      (!main.querySelector(".urgent") || shown.querySelector(".urgent"));
    if (same) at.known = JSON.parse(main.dataset.ahead).known;
    else chat.show(text);
  }

  // -- beginning ------------------------------------------------------------------------

  async function start() {
    const main = d.querySelector("main"), here = main.dataset.ahead && JSON.parse(main.dataset.ahead);
    if (!able) return;
    const unsent = at && at.queue.length ? null : await left();
    if (unsent && unsent.queue.length) return resume(unsent, "alone" in main.dataset);
    if ("alone" in main.dataset) return;
    at = null;
    if (!here) return;
    const key = main.querySelector("form.question input[name=key]"), about = waits();
    await load(here.suite, root.lang);
    if (d.querySelector("main") !== main || waits() !== about) return;
    at = { suite: here.suite, known: here.known, about: about, key: key.value,
      language: root.lang, made: 0, queue: [] };
    root.classList.add("ahead");
  }

  // After a reload: with a network what waits leaves at once, without one we go on here.
  async function resume(unsent, offline) {
    await load(unsent.suite, unsent.language);
    at = unsent;
    at.key = at.key.split("~")[0] + "~" + secret(4);
    if (!offline) { await flush(); location.replace("/chat"); return; }
    root.className += " " + (sessionStorage.v || "");
    const to = index(at.about);
    if (to >= 0 && suite.questions[to].html) draw(suite.questions[to], to, "");
    else halt(d.querySelector("main"));
    tell(suite.unsent);
    flush();
  }

  addEventListener("online", function () {
    if ("alone" in d.querySelector("main").dataset && !(at && at.queue.length)) location.reload();
    else flush();
  });
  window.ahead = { start: start, take: take, alone: alone, flush: flush };
  start().catch(function () {});
})();
